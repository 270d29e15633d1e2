import type { ColumnType, Value } from '../reading/index.js';

/** Values in the order of the columns. */
export type Row = readonly Value[];

/** All tables, in the order in which a reader wants them. */
export const tableNames = [
  'runs',
  'validity',
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

/** Rows that are read from the runs' folders as they are asked for: a table of any length takes little memory. */
export interface Table {
  readonly name: TableName;
  /** Names of the columns, with units; `types` and every row are as long. */
  readonly columns: readonly string[];
  readonly types: readonly ColumnType[];
  /** How many rows there are; null when only reading tells. */
  readonly length: number | null;
  rows(): AsyncIterable<Row>;
  /** The same rows, many at a time: what writes them all is several times as quick. */
  batches(): AsyncIterable<readonly Row[]>;
}

export type Column = readonly [name: string, type: ColumnType];

/** A table of rows that are read by batches. */
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

/** A table whose rows are few and there. */
export function inMemory(name: TableName, columns: readonly Column[], rows: readonly Row[]): Table {
  // eslint-disable-next-line @typescript-eslint/require-await
  return streamed(name, columns, rows.length, async function* () {
    yield rows;
  });
}
