import type { ResultRecord, SpanRecord } from '../../logs/index.js';
import { type LeadingColumns, uniqueNames, spanColumns, timeCells, timeColumns } from './columns.js';
import { type RoleInstance, type ScannedRecords, type Value, ValueType } from '../reading/index.js';
import { type Column, streamed, type Table } from './table.js';

export interface RecordSource<T> {
  readonly instance: RoleInstance;
  readonly scanned: ScannedRecords<T>;
}

/**
 * Every row that the user's code recorded: the leading columns, the time, then the user's keys in order of first
 * appearance. A key with the name of a leading column is merged into it if the values always agree; otherwise it becomes
 * a separate column `result_<key>`.
 */
export function resultsTable(leading: LeadingColumns, sources: readonly RecordSource<ResultRecord>[]): Table {
  const shown = sources.every(({ scanned }) => scanned.timed) ? ['monotonic_s'] : [];
  return recordTable(
    'results',
    leading,
    sources,
    { columns: timeColumns, shown, prefix: 'result_' },
    (row, { clock }) => timeCells(clock, row.monotonic_s),
  );
}

/** Every span: the leading columns, its name, start and duration, then its other fields. */
export function spansTable(leading: LeadingColumns, sources: readonly RecordSource<SpanRecord>[]): Table {
  const shown = ['name', 'start_monotonic_s', 'duration_ms'];
  return recordTable(
    'spans',
    leading,
    sources,
    { columns: spanColumns, shown, prefix: 'span_' },
    (span, { clock }) => [span.name, ...timeCells(clock, span.start_monotonic_s), span.duration_ms],
  );
}

/** The columns of a table other than the leading ones and the user's keys. */
interface FixedColumns {
  columns: readonly Column[];
  /** Keys of a record that these columns show. */
  shown: readonly string[];
  /** For a user's key that has the name of another column. */
  prefix: string;
}

function recordTable<T extends Record<string, unknown>>(
  name: 'results' | 'spans',
  leading: LeadingColumns,
  sources: readonly RecordSource<T>[],
  fixed: FixedColumns,
  fixedValues: (record: T, instance: RoleInstance) => Value[],
): Table {
  const before = [...leading.withParameters, ...fixed.columns];
  const differing = new Set(sources.flatMap(({ scanned }) => [...scanned.differing]));
  const merged = new Set(
    leading.withParameters.map(([column]) => column).filter((column) => !differing.has(column)),
  );
  const own = new Map<string, ValueType>();
  for (const [key, type] of sources.flatMap(({ scanned }) => [...scanned.keys])) {
    if (merged.has(key) || fixed.shown.includes(key)) continue;
    const whole = own.get(key) ?? new ValueType();
    whole.merge(type);
    own.set(key, whole);
  }
  const names = uniqueNames(
    own.keys(),
    before.map(([column]) => column),
    fixed.prefix,
  );
  const keys = [...names].map(([key, column]): [string, Column] => [
    key,
    [column, own.get(key)?.type ?? 'any'],
  ]);
  const length = sources.reduce((sum, { scanned }) => sum + scanned.records, 0);
  return streamed(name, [...before, ...keys.map(([, column]) => column)], length, async function* () {
    for (const { instance, scanned } of sources) {
      const start = leading.valuesWithParameters(instance);
      for await (const batch of scanned.again()) {
        yield batch.map((record) => {
          const row = [...start, ...fixedValues(record, instance)];
          for (const [key] of keys) row.push(Object.hasOwn(record, key) ? record[key] : undefined);
          return row;
        });
      }
    }
  });
}
