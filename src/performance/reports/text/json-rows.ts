import type { Row, Table } from '../../tables/index.js';
import { jsonText, type Value } from '../../reading/index.js';
import { columnsOf, pythonLine, pythonList, typedColumns } from '../format/index.js';
import { jsonOf } from '../../../workspace/index.js';
import type { TextFile } from './text-file.js';

/** Writes rows as JSON objects. Undefined values are left out; null is written; integers keep all their digits. */
export async function writeJsonRows(
  file: TextFile,
  { columns }: Table,
  batches: AsyncIterable<readonly Row[]>,
  { between = '', after = '' }: { between?: string; after?: string },
): Promise<void> {
  // One object for all rows: creating one per row takes as long as writing it.
  const record = emptyRecord(columns);
  let before = '';
  for await (const batch of batches)
    for (const row of batch) {
      for (let at = 0; at < columns.length; at++) record[columns[at] ?? ''] = row[at];
      const full = file.add(before + textOf(record) + after);
      before = between;
      if (full !== undefined) await full;
    }
}

/** JSON.stringify refuses a BigInt; looking for one in every row would take longer than this. */
function textOf(record: Readonly<Record<string, Value>>): string {
  try {
    return jsonOf(record);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const cells = Object.entries(record).flatMap(([name, value]) =>
      value === undefined ? [] : [`${JSON.stringify(name)}:${jsonText(value)}`],
    );
    return `{${cells.join()}}`;
  }
}

/** A user's key may be `__proto__`, which is an ordinary key only after defineProperty. */
function emptyRecord(columns: readonly string[]): Record<string, Value> {
  const record: Record<string, Value> = {};
  for (const column of columns)
    Object.defineProperty(record, column, { writable: true, enumerable: true, configurable: true });
  return record;
}

/**
 * The line of Python that makes a DataFrame of such rows. Columns are named because a row lacks those without a value; pandas
 * would make doubles of long integers beside missing values.
 */
export function loadJsonRows(rows: string, table: Table): string {
  const isExact = columnsOf(table, 'integer', 'any').length > 0;
  return pythonLine(
    'import json, pandas as pd',
    `df = pd.DataFrame(${rows}, columns=${pythonList(table.columns)}${isExact ? ', dtype=object' : ''})`,
    ...typedColumns(table),
    isExact ? 'df = df.infer_objects()' : null,
  );
}
