import type { ColumnType, Value } from '../reading/index.js';

/** Values in the order of the columns. */
export type Row = readonly Value[];

/** All tables, the most useful first. */
export const tableNames = [
  'runs',
  'validity',
  'replication',
  'summary',
  'trials',
  'roles',
  'results',
  'spans',
  'frames',
  'samples',
  'processes',
  'metrics',
  'devices',
  'events',
  'samples_long',
] as const;
export type TableName = (typeof tableNames)[number];

/** A table whose rows are read from the run folders on demand, so that a table of any length takes little memory. */
export interface Table {
  readonly name: TableName;
  /** Names of the columns, with units; `types` and every row have the same length. */
  readonly columns: readonly string[];
  readonly types: readonly ColumnType[];
  /** Number of rows; null if it is known only after reading. */
  readonly length: number | null;
  rows(): AsyncIterable<Row>;
  /** The same rows in batches, which is several times as fast for writing them all. */
  batches(): AsyncIterable<readonly Row[]>;
}

export type Column = readonly [name: string, type: ColumnType];

/** A table whose rows are read in batches. */
export function streamed(
  name: TableName,
  columns: readonly Column[],
  length: number | null,
  batches: () => AsyncIterable<readonly Row[]>,
): Table {
  return {
    name,
    columns: columns.map(([column]) => column),
    types: columns.map(([, type]) => type),
    length,
    batches,
    async *rows() {
      for await (const batch of batches()) yield* batch;
    },
  };
}

/** A short table that is already in memory. */
export function inMemory(name: TableName, columns: readonly Column[], rows: readonly Row[]): Table {
  // eslint-disable-next-line @typescript-eslint/require-await
  return streamed(name, columns, rows.length, async function* () {
    yield rows;
  });
}
