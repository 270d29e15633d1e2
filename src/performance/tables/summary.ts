import { plainText } from '../../errors.js';
import { knownMetrics } from '../../logs/metrics.js';
import type { Total } from '../../logs/role-records.js';
import { countColumns, exitColumns, nameApart, type LeadingColumns } from '../columns.js';
import type { RoleInstance } from '../role-instance.js';
import type { ScannedSamples } from '../scan.js';
import type { Table, Value } from '../table.js';

export interface SummarySource {
  readonly instance: RoleInstance;
  readonly samples: ScannedSamples;
  readonly results: number;
}

/** One row per trial and role instance: how it ended, its totals and what kind each is, and a digest of its samples. */
export function summaryTable(leading: LeadingColumns, sources: readonly SummarySource[]): Table {
  const totals = new Set(knownMetrics().totals.map(({ name }) => name));
  for (const { instance } of sources)
    for (const name of Object.keys(instance.exit?.totals ?? {})) totals.add(name);
  const before = [...leading.withParameters, ...exitColumns];
  const names = nameApart(totals, [...before, ...countColumns], 'total_');
  const columns = [
    ...before,
    ...[...names.values()].flatMap((name) => [name, `${name}_kind`]),
    ...countColumns,
  ];
  return {
    name: 'summary',
    columns,
    // eslint-disable-next-line @typescript-eslint/require-await
    async *rows() {
      for (const source of sources) {
        yield [...leading.valuesWithParameters(source.instance), ...summarise(source, [...totals])];
      }
    },
  };
}

function summarise({ instance, samples, results }: SummarySource, totals: readonly string[]): Value[] {
  const { exit, trial } = instance;
  const cpu = samples.metrics.get('cpu_percent');
  const memory = samples.metrics.get('memory_bytes');
  return [
    trial.state,
    exit?.code ?? null,
    exit?.signal ?? null,
    exit?.reason ?? null,
    ...totals.flatMap((name) => totalCells(exit?.totals[name], instance.noExit)),
    cpu?.mean ?? null,
    cpu?.max ?? null,
    memory?.max ?? null,
    samples.records,
    exit?.missed_samples ?? null,
    results,
  ];
}

/** Value and kind of a total. An absence comes with its reason, so that no reader takes it for a zero. */
function totalCells(total: Total | undefined, noExit: string): [number | null, string] {
  if (total === undefined)
    return [null, `unavailable: ${noExit === '' ? 'the role did not report it' : noExit}`];
  if (total.kind === 'unavailable' || total.value === null) {
    return [null, `unavailable: ${plainText(total.reason ?? 'no reason given')}`];
  }
  const how = total.kind === 'estimated' && total.source !== undefined ? `: ${plainText(total.source)}` : '';
  return [total.value, `${total.kind}${how}`];
}
