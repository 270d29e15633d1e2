import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import exceljs from 'exceljs';
import { expect, test } from 'vitest';
import { framesRun } from '../../../tests/fixtures/frames-run.js';
import { completeRole, RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { reportFormats } from './registry.js';
import { writeReport } from './write-report.js';

const seed = '14566578812345678901';
const outputDir = () => mkdtemp(join(tmpdir(), 'collab-report-'));

/** A run with values of parameters that a double would change, as run.json has them. */
async function openRun(): Promise<Performance> {
  const trials = ['1.0', '2.50'].map((lr, at) =>
    trial(at + 1, { parameters: { lr: `#${lr}`, seed: `#${seed}`, cut: 3 } }),
  );
  const folder = await RunFolder.make(JSON.stringify(runOf({ trials })).replace(/"#([\d.]+)"/g, '$1'));
  for (const { number } of trials) await folder.role(number, 'client', completeRole());
  return Performance.open(folder.path);
}

test('text formats have parameters as they were written', async () => {
  const performance = await openRun();
  const dir = await outputDir();
  for (const format of ['csv', 'jsonl', 'json', 'html'] as const) await writeReport(performance, format, dir);
  const csv = (await readFile(join(dir, 'trials.csv'), 'utf8')).split('\n');
  expect(csv[1]).toContain(`,1,1,0,false,1.0,${seed},3,complete`);
  expect(csv[2]).toContain(`,2,1,0,false,2.50,${seed},3,complete`);
  const [row = ''] = (await readFile(join(dir, 'trials.jsonl'), 'utf8')).split('\n');
  expect(row).toContain(`"lr":1.0,"seed":${seed},"cut":3,`);
  const json = await readFile(join(dir, 'report.json'), 'utf8');
  expect(json).toContain(`"parameters":{"lr":2.50,"seed":${seed},"cut":3}`);
  expect(() => JSON.parse(json) as unknown).not.toThrow();
  const page = await readFile(join(dir, 'report.html'), 'utf8');
  expect(page).toContain(`lr=1.0, seed=${seed}, cut=3`);
  expect(page).not.toContain('number:');
});

test('binary formats have floating-point numbers as such, and an integer beyond 64 bits as text', async () => {
  const performance = await openRun();
  const dir = await outputDir();
  for (const format of ['parquet', 'xlsx'] as const) await writeReport(performance, format, dir);
  const connection = await (await DuckDBInstance.create()).connect();
  const read = await connection.runAndReadAll(
    `SELECT typeof(lr), lr, seed, cut FROM '${join(dir, 'trials.parquet')}' ORDER BY trial`,
  );
  expect(read.getRows()).toEqual([
    ['DOUBLE', 1, seed, 3],
    ['DOUBLE', 2.5, seed, 3],
  ]);
  const book = new exceljs.Workbook();
  await book.xlsx.readFile(join(dir, 'report.xlsx'));
  const values = book.getWorksheet('Trials')?.getRow(3).values as unknown[];
  expect(values).toEqual(expect.arrayContaining([2.5, seed, 3]));
});

test('every format can be written of such a run, with frames of several trials', async () => {
  const folder = await framesRun({ repeats: 2 });
  const path = join(folder.path, 'run.json');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replaceAll('"split":4', `"seed":${seed},"split":4.0`));
  const performance = await Performance.open(folder.path);
  for (const { name } of reportFormats.filter((one) => one.name !== 'pickle')) {
    const { files } = await writeReport(performance, name, await outputDir());
    for (const file of files) expect((await readFile(file)).includes('number:'), file).toBe(false);
  }
});
