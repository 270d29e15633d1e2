import { join } from 'node:path';
import type { Options } from 'csv-stringify/sync';
import type { Row, Table } from '../../tables/index.js';
import { mainFile, pythonText, type ReportFormat, writeWhole } from '../format/index.js';
import { writeText } from './text-file.js';

/** Few enough that their texts leave memory young. */
const rowsAtOnce = 64;

/**
 * A file per table, UTF-8, RFC 4180 quoting with \n. Numbers as JSON writes them, booleans as true and false, times in
 * ISO 8601, nested values as JSON text, no value as nothing. Text that a spreadsheet would run gets a ' in front.
 */
export const csv: ReportFormat = {
  name: 'csv',
  write({ tables, outputDir, batches }) {
    const paths = tables.map(({ name }) => join(outputDir, `${name}.csv`));
    return writeWhole(paths, async (beside) => {
      for (const [index, table] of tables.entries())
        await writeTable(table, batches(table), beside[index] ?? '');
    });
  },
  load: (paths) => `import pandas as pd; df = pd.read_csv(${pythonText(mainFile(paths))})`,
};

async function writeTable(table: Table, batches: AsyncIterable<readonly Row[]>, path: string): Promise<void> {
  // The synchronous form: a stream takes a turn of the event loop for each row.
  const { stringify } = await import('csv-stringify/sync');
  const text = (rows: readonly Row[], options: Options = {}) =>
    stringify(rows as Row[], { cast, ...options });
  await writeText(path, async (file) => {
    await file.add(text([table.columns]));
    for await (const batch of batches)
      for (let from = 0; from < batch.length; from += rowsAtOnce)
        await file.add(rowsText(batch.slice(from, from + rowsAtOnce), text));
  });
}

/**
 * Rows as lines. The cells with which all of them begin (run, trial, role, device) are made into text once: what
 * stands between two records is then the end of a line and the beginning of the next one.
 */
function rowsText(rows: readonly Row[], text: (rows: readonly Row[], options?: Options) => string): string {
  const same = sameCells(rows);
  if (same === 0) return text(rows);
  const start = `${text([(rows[0] ?? []).slice(0, same)], { eof: false })},`;
  const rest = rows.map((row) => row.slice(same));
  return `${start}${text(rest, { eof: false, record_delimiter: `\n${start}` })}\n`;
}

/** How many cells at the beginning are the same in all rows; the last cell of a row is never counted. */
function sameCells(rows: readonly Row[]): number {
  const [first = []] = rows;
  let same = first.length - 1;
  for (const row of rows)
    for (let column = 0; column < same; column++) if (row[column] !== first[column]) same = column;
  return Math.max(same, 0);
}

/** What spreadsheets take for a formula: also the full-width forms of = + - @. */
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

const cast = {
  string: (text: string) => (formula.test(text) ? `'${text}` : text),
  boolean: String,
  number: String,
  date: (time: Date) => time.toISOString(),
  object: (value: object) => JSON.stringify(value),
};
