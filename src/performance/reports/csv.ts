import { join } from 'node:path';
import type { Row, Table, Value } from '../table.js';
import type { ReportFormat } from './format.js';
import { mainFile, pythonText } from './load-line.js';
import { RowBytes } from './row-bytes.js';
import { writeWhole } from './whole-files.js';

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

function writeTable(table: Table, batches: AsyncIterable<readonly Row[]>, path: string): Promise<void> {
  const form = {
    ...{ before: table.columns.map(() => ''), start: '', end: '\n', leavesOut: false, quote: '' },
    textOf: csvCell,
  };
  return RowBytes.write(path, async (bytes) => {
    await bytes.text(`${table.columns.map(csvCell).join(',')}\n`);
    await bytes.rows(batches, form);
  });
}

/** What spreadsheets take for a formula: also the full-width forms of = + - @. */
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const quoted = /[",\r\n]/;

function csvCell(value: Value): string {
  if (typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = formula.test(text) ? `'${text}` : text;
  return quoted.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
