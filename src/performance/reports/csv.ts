import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Table } from '../table.js';
import type { ReportFormat } from './format.js';
import { writeWhole } from './whole-files.js';

/**
 * A file per table, UTF-8, RFC 4180 quoting with \n. Numbers as JSON writes them, booleans as true and false, times in
 * ISO 8601, nested values as JSON text, no value as nothing. Text that a spreadsheet would run gets a ' in front.
 */
export const csv: ReportFormat = {
  name: 'csv',
  write(performance, outputDir) {
    const { tables } = performance;
    const paths = tables.map(({ name }) => join(outputDir, `${name}.csv`));
    return writeWhole(paths, async (beside) => {
      for (const [index, table] of tables.entries()) await writeTable(table, beside[index] ?? '');
    });
  },
};

async function writeTable(table: Table, path: string): Promise<void> {
  const { stringify } = await import('csv-stringify');
  const stringifier = stringify({
    escape_formulas: true,
    cast: {
      boolean: (value) => String(value),
      date: (value) => value.toISOString(),
      object: (value) => JSON.stringify(value),
    },
  });
  await pipeline(Readable.from(withHeader(table)), stringifier, createWriteStream(path));
}

/** The header is a row like others, so that a user's key is escaped too. */
async function* withHeader(table: Table): AsyncGenerator<readonly unknown[]> {
  yield table.columns;
  yield* table.rows();
}
