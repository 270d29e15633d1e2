import { join } from 'node:path';
import type { Options } from 'csv-stringify/sync';
import type { Row, Table } from '../../tables/index.js';
import { jsonText } from '../../reading/index.js';
import {
  columnsOf,
  mainFile,
  mainTable,
  pythonLine,
  pythonText,
  type ReportFormat,
  typedColumns,
  writeWhole,
} from '../format/index.js';
import { writeText } from './text-file.js';

/** Small enough that the strings are freed while they are young. */
const rowsPerChunk = 64;

/**
 * A file per table: UTF-8, RFC 4180 quoting, \n line ends. Numbers are as in JSON, booleans true and false, times ISO 8601,
 * nested values JSON text, missing values empty. Text that a spreadsheet would run as a formula gets a leading ', and so does
 * such text that begins with ': removing one ' gives it back.
 */
export const csv: ReportFormat = {
  name: 'csv',
  write({ tables, outputDir, batches, note }) {
    const paths = tables.map(({ name }) => join(outputDir, `${name}.csv`));
    return writeWhole(paths, async (temporary) => {
      const quoted: string[] = [];
      for (const [index, table] of tables.entries())
        if (await writeCsv(table.columns, batches(table), temporary[index] ?? '')) quoted.push(table.name);
      if (quoted.length > 0) note?.(quotedNote('csv', quoted));
    });
  },
  load: (paths, tables) => loadLine(mainFile(paths), mainTable(tables)),
};

/** Without its arguments, pandas takes the texts NA and None for missing values, 1e5 for a number, and rounds numbers. */
function loadLine(path: string, table: Table): string {
  const converters = [
    ...columnsOf(table, 'text', 'any').map((name) => `${pythonText(quoteFormula(name))}: text`),
    ...columnsOf(table, 'integer').map((name) => `${pythonText(quoteFormula(name))}: whole`),
  ];
  const isQuoted = table.columns.some((name) => name !== quoteFormula(name));
  return pythonLine(
    'import re, pandas as pd',
    `text = lambda cell: re.sub("^'(?='*[=+@\\t\\r\\uff1d\\uff0b\\uff0d\\uff20-])", '', cell)`,
    converters.some((one) => one.endsWith('whole'))
      ? 'whole = lambda cell: int(cell) if cell else pd.NA'
      : null,
    `df = pd.read_csv(${pythonText(path)}, converters={${converters.join(', ')}}, keep_default_na=False, na_values=[''], float_precision='round_trip')${isQuoted ? '.rename(columns=text)' : ''}`,
    ...typedColumns(table),
  );
}

/** Says which tables have texts with a leading '. */
export function quotedNote(format: string, tables: readonly string[]): string {
  return `${format}: text that a spreadsheet would run as a formula has a leading ' (in ${tables.join(', ')}); the json and parquet reports have it unchanged.`;
}

/** @returns whether a text got a leading ' */
export async function writeCsv(
  columns: readonly string[],
  batches: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  path: string,
): Promise<boolean> {
  // The synchronous API: the stream API takes a turn of the event loop per row.
  const { stringify } = await import('csv-stringify/sync');
  let quoted = false;
  const string = (value: string) => {
    const cell = quoteFormula(value);
    quoted ||= cell !== value;
    return cell === '' ? emptyText : cell;
  };
  const text = (rows: readonly Row[], options: Options = {}) =>
    stringify(rows as Row[], { cast: { ...cast, string }, quoted_match: lineEnd, ...options });
  await writeText(path, async (file) => {
    await file.add(text([columns]));
    for await (const batch of batches)
      for (let from = 0; from < batch.length; from += rowsPerChunk)
        await file.add(rowsText(batch.slice(from, from + rowsPerChunk), text));
  });
  return quoted;
}

/**
 * Rows as lines. Leading cells that are the same in all rows (run, trial, role, device) are formatted once and become part
 * of the record delimiter.
 */
function rowsText(rows: readonly Row[], text: (rows: readonly Row[], options?: Options) => string): string {
  const same = sameCells(rows);
  if (same === 0) return text(rows);
  const start = `${text([(rows[0] ?? []).slice(0, same)], { eof: false })},`;
  const rest = rows.map((row) => row.slice(same));
  return `${start}${text(rest, { eof: false, record_delimiter: `\n${start}` })}\n`;
}

/** Number of leading cells that are the same in all rows; the last cell of a row never counts. */
function sameCells(rows: readonly Row[]): number {
  const [first = []] = rows;
  let same = first.length - 1;
  for (const row of rows)
    for (let column = 0; column < same; column++) if (row[column] !== first[column]) same = column;
  return Math.max(same, 0);
}

/** An empty text is "", and a missing value nothing: some readers tell them apart. */
const emptyText = { value: '', quoted_empty: true };
/** Readers take both for the end of a row; the library knows only the delimiter of records. */
const lineEnd = /[\r\n]/;

/** Text that spreadsheets treat as a formula, including the full-width forms of = + - @; or such text with a leading '. */
const formula = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const quoteFormula = (text: string) => (formula.test(text) ? `'${text}` : text);

const cast = {
  boolean: String,
  number: String,
  bigint: String,
  date: (time: Date) => time.toISOString(),
  object: jsonText,
};
