import type { ResultRecord, SpanRecord } from '../../logs/role-records.js';
import { nameApart, spanColumns, timeColumns, type LeadingColumns } from '../columns.js';
import type { RoleClock } from '../role-clock.js';
import type { RoleInstance } from '../role-instance.js';
import type { ScannedRecords } from '../scan.js';
import type { Table, Value } from '../table.js';

export interface RecordSource<T> {
  readonly instance: RoleInstance;
  readonly scanned: ScannedRecords<T>;
}

/**
 * Every row that the user's code recorded: the leading columns, when it was recorded, then the user's keys in the order of
 * their first appearance. A key that is called like a leading column and always holds its value is that column; one that
 * differs anywhere gets a column of its own, `result_<key>`.
 */
export function resultsTable(leading: LeadingColumns, sources: readonly RecordSource<ResultRecord>[]): Table {
  const shown = sources.every(({ scanned }) => scanned.timed) ? ['monotonic_s'] : [];
  return recordTable(
    'results',
    leading,
    sources,
    { columns: timeColumns, shown, prefix: 'result_' },
    (row, { clock }) => timeValues(clock, row.monotonic_s),
  );
}

/** Every named stretch of time: the leading columns, its name, start, duration, then its own fields. */
export function spansTable(leading: LeadingColumns, sources: readonly RecordSource<SpanRecord>[]): Table {
  const shown = ['name', 'start_monotonic_s', 'duration_ms'];
  return recordTable(
    'spans',
    leading,
    sources,
    { columns: spanColumns, shown, prefix: 'span_' },
    (span, { clock }) => [span.name, ...timeValues(clock, span.start_monotonic_s), span.duration_ms],
  );
}

function timeValues(clock: RoleClock | null, monotonicS: Value): Value[] {
  if (clock === null || typeof monotonicS !== 'number') return [null, null, null];
  return [clock.timeS(monotonicS), clock.date(monotonicS), clock.errorMs];
}

/** The columns that a table has besides the leading ones and the user's keys. */
interface FixedColumns {
  columns: readonly string[];
  /** Keys of a record that these columns show. */
  shown: readonly string[];
  /** For a user's key that is called like another column. */
  prefix: string;
}

function recordTable<T extends Record<string, unknown>>(
  name: 'results' | 'spans',
  leading: LeadingColumns,
  sources: readonly RecordSource<T>[],
  fixed: FixedColumns,
  fixedValues: (record: T, instance: RoleInstance) => Value[],
): Table {
  const leadingColumns = leading.withParameters;
  const differing = new Set(sources.flatMap(({ scanned }) => [...scanned.differing]));
  const merged = new Set(leadingColumns.filter((column) => !differing.has(column)));
  const own = sources
    .flatMap(({ scanned }) => scanned.keys)
    .filter((key) => !merged.has(key) && !fixed.shown.includes(key));
  const names = nameApart(own, [...leadingColumns, ...fixed.columns], fixed.prefix);
  const keys = [...names.keys()];
  return {
    name,
    columns: [...leadingColumns, ...fixed.columns, ...names.values()],
    async *rows() {
      for (const { instance, scanned } of sources) {
        const start = leading.valuesWithParameters(instance);
        for await (const record of scanned.again()) {
          const row = [...start, ...fixedValues(record, instance)];
          for (const key of keys) row.push(Object.hasOwn(record, key) ? record[key] : undefined);
          yield row;
        }
      }
    },
  };
}
