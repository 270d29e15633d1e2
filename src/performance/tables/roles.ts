import { plainText } from '../../errors.js';
import { knownMetrics, knownSample, type Total } from '../../logs/index.js';
import { type LeadingColumns, uniqueNames } from './columns.js';
import type { ReadInstance, RoleInstance, Value } from '../reading/index.js';
import type { Measures } from '../summaries/index.js';
import { sampledHow, sampledMetrics } from './sampled.js';
import { type Column, inMemory, type Table } from './table.js';

export const exitColumns: readonly Column[] = [
  ['trial_state', 'text'],
  ['exit_code', 'number'],
  ['exit_signal', 'text'],
  ['exit_reason', 'text'],
  ['parameters_read', 'text'],
];
export const countColumns: readonly Column[] = [
  ['samples', 'number'],
  ['missed_samples', 'number'],
  ['results', 'number'],
];

/** Names of the columns that come from metrics.json. */
export function metricColumns(): string[] {
  const { samples, totals } = knownMetrics();
  return [
    ...totals.flatMap(({ name }) => [name, `${name}_kind`]),
    ...samples.flatMap(({ name, kind }) => (kind === 'gauge' ? digestNames(name) : [])),
  ];
}

function digestNames(gauge: string): string[] {
  return [`${gauge}_mean`, `${gauge}_max`];
}

/** Sampled gauges, in the order of metrics.json. */
function gaugesOf(sources: readonly ReadInstance[]): string[] {
  return sampledMetrics(sources).filter((name) => knownSample(name)?.kind === 'gauge');
}

/**
 * One row per trial and role instance: how it ended, its totals, each with its kind, and the mean and maximum of every
 * sampled gauge.
 */
export function rolesTable(leading: LeadingColumns, sources: readonly ReadInstance[]): Table {
  const totals = new Set(knownMetrics().totals.map(({ name }) => name));
  for (const { instance } of sources)
    for (const name of Object.keys(instance.exit?.totals ?? {})) totals.add(name);
  const gauges = gaugesOf(sources);
  const digests = gauges.flatMap(digestNames);
  const before = [...leading.withParameters, ...exitColumns];
  const taken = [...before, ...countColumns].map(([name]) => name);
  const names = uniqueNames(totals, [...taken, ...digests], 'total_');
  const columns: Column[] = [
    ...before,
    ...[...names.values()].flatMap((name): Column[] => [
      [name, 'number'],
      [`${name}_kind`, 'text'],
    ]),
    ...digests.map((name): Column => [name, 'number']),
    ...countColumns,
  ];
  const rows = sources.map((source) => [
    ...leading.valuesWithParameters(source.instance),
    ...valuesOf(source, [...totals], gauges),
  ]);
  return inMemory('roles', columns, rows);
}

function valuesOf(
  { instance, samples, results }: ReadInstance,
  totals: readonly string[],
  gauges: readonly string[],
): Value[] {
  const { exit, trial } = instance;
  return [
    trial.state,
    exit?.code ?? null,
    exit?.signal ?? null,
    exit?.reason ?? null,
    readText(exit?.parameters_read),
    ...totals.flatMap((name) => totalCells(exit?.totals[name], instance.noExit)),
    ...gauges.flatMap((name) => [
      samples.metrics.get(name)?.mean ?? null,
      samples.metrics.get(name)?.max ?? null,
    ]),
    samples.records,
    exit?.missed_samples ?? null,
    results.records,
  ];
}

/** `hidden (command), lr (module)`; null if it is not known. */
function readText(read: Readonly<Record<string, readonly string[]>> | undefined): string | null {
  if (read === undefined) return null;
  return Object.entries(read)
    .map(([name, ways]) => `${name} (${ways.join(', ')})`)
    .join(', ');
}

/** Value and kind of a total. A missing total has a reason, so that nobody takes it for zero. */
function totalCells(total: Total | undefined, noExit: string): [number | null, string] {
  if (total === undefined)
    return [null, `unavailable: ${noExit === '' ? 'the role did not report it' : noExit}`];
  if (total.kind === 'unavailable' || total.value === null) {
    return [null, `unavailable: ${plainText(total.reason ?? 'no reason given')}`];
  }
  return [total.value, kindOf(total)];
}

function kindOf({ kind, source }: Total): string {
  return kind === 'estimated' && source !== undefined ? `${kind}: ${plainText(source)}` : kind;
}

/** Adds totals and the means and maxima of samples to the summary over repeats. */
export function repeatTotals(
  instance: RoleInstance,
  samples: ReadInstance['samples'],
  measures: Measures,
): void {
  for (const [name, total] of Object.entries(instance.exit?.totals ?? {}))
    if (total.kind !== 'unavailable' && total.value !== null)
      measures.into(instance, 'roles', name, total.unit, kindOf(total))(total.value);
  for (const [name, digest] of samples.metrics) {
    const { kind, unit } = knownSample(name) ?? {};
    if (kind !== 'gauge' || unit === undefined) continue;
    // A metric that could not be read has no value, and a note that says so.
    if (digest.n === 0) continue;
    const how = sampledHow(instance, samples, name).kind;
    measures.into(instance, 'roles', `${name}_mean`, unit, how)(digest.mean);
    measures.into(instance, 'roles', `${name}_max`, unit, how)(digest.max);
  }
}
