import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Row, Table } from '../table.js';
import type { ReportFormat } from './format.js';
import { mainFile, pythonText } from './load-line.js';
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

async function writeTable(table: Table, batches: AsyncIterable<readonly Row[]>, path: string): Promise<void> {
  const { stringify } = await import('csv-stringify');
  const stringifier = stringify({
    escape_formulas: true,
    cast: {
      boolean: (value) => String(value),
      date: (value) => value.toISOString(),
      object: (value) => JSON.stringify(value),
    },
  });
  await pipeline(Readable.from(withHeader(table, batches)), stringifier, createWriteStream(path));
}

/** The header is a row like others, so that a user's key is escaped too. */
async function* withHeader(
  table: Table,
  batches: AsyncIterable<readonly Row[]>,
): AsyncGenerator<readonly unknown[]> {
  yield table.columns;
  for await (const batch of batches) yield* batch;
}
