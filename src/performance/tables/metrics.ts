import { knownMetrics, knownSample, knownTotal } from '../../logs/index.js';
import { plainText } from '../../errors.js';
import type { ReadInstance } from '../reading/index.js';
import { type How, sampledHow, sampledMetrics } from './sampled.js';
import { type Column, inMemory, type Table } from './table.js';

const columns: readonly Column[] = [
  ['run_id', 'text'],
  ['role', 'text'],
  ['rank', 'number'],
  ['device', 'text'],
  ['table', 'text'],
  ['metric', 'text'],
  ['unit', 'text'],
  ['kind', 'text'],
  ['source', 'text'],
  ['trials', 'number'],
  ['description', 'text'],
];

/**
 * Where each metric comes from: a row per run, role instance, metric and kind (measured, estimated or unavailable), with
 * its source, or the reason why it is missing.
 */
export function metricsTable(sources: readonly ReadInstance[]): Table {
  const rows = new Map<string, { cells: unknown[]; description: string | null; trials: number }>();
  const add = (
    read: ReadInstance,
    table: string,
    metric: string,
    unit: string | null,
    how: How,
    description: string | null,
  ) => {
    const { run, role, rank, device } = read.instance;
    const cells = [run.run_id, role, rank, device, table, metric, unit, how.kind, how.source];
    const row = rows.get(JSON.stringify(cells)) ?? { cells, description, trials: 0 };
    rows.set(JSON.stringify(cells), row);
    row.trials += 1;
  };
  const names = {
    samples: new Set([...knownMetrics().samples.map(({ name }) => name), ...sampledMetrics(sources)]),
    totals: new Set(knownMetrics().totals.map(({ name }) => name)),
  };
  for (const { instance } of sources)
    for (const name of Object.keys(instance.exit?.totals ?? {})) names.totals.add(name);
  for (const read of sources) {
    if (read.instance.trial.state === 'pending') continue;
    for (const name of names.samples) {
      const { unit = null, description = null } = knownSample(name) ?? {};
      add(read, 'samples', name, unit, sampledHow(read.instance, read.samples, name), description);
    }
    for (const name of names.totals) {
      const { unit, description = null } = knownTotal(name) ?? {};
      const own = read.instance.exit?.totals[name]?.unit ?? null;
      add(read, 'roles', name, unit ?? own, totalled(read, name), description);
    }
  }
  return inMemory(
    'metrics',
    columns,
    [...rows.values()].map(({ cells, trials, description }) => [...cells, trials, description]),
  );
}

function totalled({ instance }: ReadInstance, metric: string): How {
  const total = instance.exit?.totals[metric];
  if (total === undefined || total.kind === 'unavailable' || total.value === null) {
    const reason = total?.reason ?? (instance.noExit === '' ? 'the role did not report it' : instance.noExit);
    return { kind: 'unavailable', source: plainText(reason) };
  }
  return { kind: total.kind, source: total.source === undefined ? null : plainText(total.source) };
}
