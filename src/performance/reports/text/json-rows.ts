import type { Row } from '../../tables/index.js';
import type { Value } from '../../reading/index.js';
import type { TextFile } from './text-file.js';

/** Writes rows as JSON objects. Undefined values are left out; null is written. */
export async function writeJsonRows(
  file: TextFile,
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]>,
  { between = '', after = '' }: { between?: string; after?: string },
): Promise<void> {
  // One object for all rows: creating one per row takes as long as writing it.
  const record = emptyRecord(columns);
  let before = '';
  for await (const batch of batches)
    for (const row of batch) {
      for (let at = 0; at < columns.length; at++) record[columns[at] ?? ''] = row[at];
      const full = file.add(before + JSON.stringify(record) + after);
      before = between;
      if (full !== undefined) await full;
    }
}

/** A user's key may be `__proto__`, which is an ordinary key only after defineProperty. */
function emptyRecord(columns: readonly string[]): Record<string, Value> {
  const record: Record<string, Value> = {};
  for (const column of columns)
    Object.defineProperty(record, column, { writable: true, enumerable: true, configurable: true });
  return record;
}
