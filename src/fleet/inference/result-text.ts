import type { ResultRow } from './results.js';

/** How results are written. */
export type ResultFormat = 'csv' | 'jsonl' | 'json';

const columns = [
  'index',
  'image',
  'class',
  'probability',
  'top',
  'boxes',
  'error',
  'device',
  'batch',
  'attempt',
] as const satisfies readonly (keyof ResultRow)[];

/** By the ending of a file's name; CSV for all others. */
export function resultFormatOf(file: string): ResultFormat {
  const [, ending] = /\.(jsonl|json)$/i.exec(file) ?? [];
  return (ending?.toLowerCase() as 'jsonl' | 'json' | undefined) ?? 'csv';
}

/** Rows as text, in pieces. */
export async function* resultText(
  format: ResultFormat,
  rows: AsyncIterable<readonly ResultRow[]>,
): AsyncGenerator<string> {
  const separator = format === 'json' ? ',\n' : '\n';
  if (format === 'csv') yield `${columns.join(',')}\n`;
  if (format === 'json') yield '[';
  let isFirst = true;
  for await (const some of rows) {
    if (some.length === 0) continue;
    const text = some.map((row) => (format === 'csv' ? csvLine(row) : JSON.stringify(row))).join(separator);
    if (format === 'json') yield `${isFirst ? '\n' : separator}${text}`;
    else yield `${text}\n`;
    isFirst = false;
  }
  if (format === 'json') yield '\n]\n';
}

/** RFC 4180, with \n; lists are JSON, and what is missing is empty. */
function csvLine(row: ResultRow): string {
  return columns
    .map((column) => {
      const value = row[column];
      if (value === null) return '';
      if (typeof value === 'object') return quoted(JSON.stringify(value));
      return typeof value === 'number' ? String(value) : quoted(unformula(value));
    })
    .join(',');
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Spreadsheets would run such text; as in reports, removing the ' gives it back. */
const unformula = (text: string): string => (formula.test(text) ? `'${text}` : text);
const formula = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
