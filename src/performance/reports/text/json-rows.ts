import type { Row } from '../../tables/index.js';
import type { Value } from '../../reading/index.js';
import type { TextFile } from './text-file.js';

/** Writes rows as JSON objects. A row leaves out what it has no value for; null says that there is none. */
export async function writeJsonRows(
  file: TextFile,
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]>,
  { between = '', after = '' }: { between?: string; after?: string },
): Promise<void> {
  // One object for all rows: making one for each takes as long as writing it.
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

/** A user's key may be `__proto__`, which is a key like others only once it is defined. */
function emptyRecord(columns: readonly string[]): Record<string, Value> {
  const record: Record<string, Value> = {};
  for (const column of columns)
    Object.defineProperty(record, column, { writable: true, enumerable: true, configurable: true });
  return record;
}
