import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Performance } from '../performance.js';
import type { ReportFormat } from './format.js';
import { writeWhole } from './whole-files.js';

const pieceLength = 64 * 1024;

/** One document: { run, verdict, notes, and an array of rows per table }. A row leaves out what it has no value for. */
export const json: ReportFormat = {
  name: 'json',
  write: (performance, outputDir) =>
    writeWhole([join(outputDir, 'report.json')], async ([beside = '']) => {
      await pipeline(Readable.from(joined(documentOf(performance))), createWriteStream(beside));
    }),
};

async function* documentOf({ run, notes, validity, tables }: Performance): AsyncGenerator<string> {
  yield `{"run":${JSON.stringify(run)},\n"verdict":${JSON.stringify(validity.verdict)},\n"notes":${JSON.stringify(notes)}`;
  for (const table of tables) {
    yield `,\n"${table.name}":[`;
    const names = table.columns.map((column) => `${JSON.stringify(column)}:`);
    let between = '\n';
    for await (const row of table.rows()) {
      yield between + rowText(names, row);
      between = ',\n';
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
