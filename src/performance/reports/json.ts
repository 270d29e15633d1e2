import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReportFormat, ReportJob } from './format.js';
import { pythonText } from './load-line.js';
import { writeWhole } from './whole-files.js';

const pieceLength = 64 * 1024;

/** One document: { records[] (run.json of each run), verdicts (by run), notes[], then an array of rows per table }. A row leaves out what it has no value for. */
export const json: ReportFormat = {
  name: 'json',
  write: (job) =>
    writeWhole([join(job.outputDir, 'report.json')], async ([beside = '']) => {
      await pipeline(Readable.from(joined(documentOf(job))), createWriteStream(beside));
    }),
  load: ([path = '']) =>
    `import json, pandas as pd; df = pd.DataFrame(json.load(open(${pythonText(path)}))['results'])`,
};

async function* documentOf({ performance, tables, batches }: ReportJob): AsyncGenerator<string> {
  const { runs, notes } = performance;
  const verdicts = runs.map(({ record, validity }) => [record.run_id, validity.verdict]);
  yield `{"records":${JSON.stringify(runs.map(({ record }) => record))},\n"verdicts":${JSON.stringify(Object.fromEntries(verdicts))},\n"notes":${JSON.stringify(notes)}`;
  for (const table of tables) {
    yield `,\n"${table.name}":[`;
    const names = table.columns.map((column) => `${JSON.stringify(column)}:`);
    let between = '\n';
    for await (const batch of batches(table)) {
      for (const row of batch) {
        yield between + rowText(names, row);
        between = ',\n';
      }
    }
    yield '\n]';
  }
  yield '}\n';
}

/**
 * Written by hand, so that a user's key `__proto__` is a key like others.
 * @param names columns as JSON, each with its colon
 */
function rowText(names: readonly string[], row: readonly unknown[]): string {
  let text = '';
  for (const [index, name] of names.entries()) {
    const value = row[index];
    if (value !== undefined) text += (text === '' ? '{' : ',') + name + JSON.stringify(value);
  }
  return text === '' ? '{}' : `${text}}`;
}

async function* joined(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const text of texts) {
    piece += text;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
