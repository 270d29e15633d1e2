import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import exceljs from 'exceljs';
import { beforeAll, expect, test } from 'vitest';
import { completeRole, lines, monotonic, RunFolder, runOf } from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import { reportFormats } from './registry.js';
import { writeReport } from './write-report.js';
import { writeXlsx } from './binary/xlsx.js';

const nasty = [
  {
    monotonic_s: monotonic(1),
    label: '=HYPERLINK("http://x","y")',
    total_ms: -1.5,
    ok: true,
    codec: 'raw',
    empty: null,
  },
  { label: '@SUM(1)', total_ms: 0, ok: false, '=key': '-1', list: [1, { a: 'b' }], empty: '' },
  { label: 'comma, "quote"\nnew line\r\nend', total_ms: 1e-7, uni: 'ñ 日本 🙂 \u0007', __proto: 1 },
  { label: '+1', total_ms: 12345678.875, ns: 'ns:1763729581123456789', ns_left: 'ns:-4611686018427387905' },
];

let performance: Performance;
beforeAll(async () => {
  const folder = await RunFolder.make(runOf());
  await folder.role(1, 'server', completeRole());
  await folder.role(
    1,
    'client',
    completeRole({
      results: `${lines(nasty).replace(/"ns:(-?\d+)"/g, '$1')}{"total_ms":NaN,"__proto__":5}\n`,
    }),
  );
  performance = await Performance.open(folder.path);
});

const tableNames = [
  'runs',
  'validity',
  'summary',
  'trials',
  'roles',
  'results',
  'spans',
  'frames',
  'samples',
  'processes',
  'metrics',
  'devices',
  'events',
];

const outputDir = () => mkdtemp(join(tmpdir(), 'collab-report-'));

/** What Python's csv module reads, as a list of rows. */
function readCsv(path: string): string[][] {
  const script =
    'import csv,json,sys; json.dump(list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8"))), sys.stdout)';
  return JSON.parse(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' })) as string[][];
}

async function openXlsx(path: string): Promise<exceljs.Workbook> {
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.readFile(path);
  return workbook;
}

function column(rows: readonly unknown[][], name: string): unknown[] {
  const index = rows[0]?.indexOf(name) ?? -1;
  expect(index, `column ${name} of ${rows[0]?.join()}`).toBeGreaterThanOrEqual(0);
  return rows.slice(1).map((row) => row[index]);
}

test('csv: a file per table, read back by Python with every value', async () => {
  const dir = await outputDir();
  const { files: paths, notes } = await writeReport(performance, 'csv', dir);
  expect(paths).toEqual(tableNames.map((name) => join(dir, `${name}.csv`)));
  expect((await readdir(dir)).sort()).toEqual(tableNames.map((name) => `${name}.csv`).sort());
  expect(notes).toEqual([
    "csv: text that a spreadsheet would run as a formula has a leading ' (in results); the json and parquet reports have it unchanged.",
  ]);
  const verdicts = readCsv(join(dir, 'validity.csv'));
  expect(verdicts[0]).toEqual(['run_id', 'verdict', 'level', 'check', 'finding']);
  expect(new Set(column(verdicts, 'verdict'))).toEqual(new Set(['DOUBTFUL']));
  expect(column(verdicts, 'check')).toContain('repeats');
  const rows = readCsv(join(dir, 'results.csv'));
  expect(column(rows, 'total_ms')).toEqual(['-1.5', '0', '1e-7', '12345678.875', '']);
  expect(column(rows, 'label')).toEqual([
    '\'=HYPERLINK("http://x","y")',
    "'@SUM(1)",
    nasty[2]?.label,
    "'+1",
    '',
  ]);
  expect(column(rows, "'=key")).toEqual(['', "'-1", '', '', '']);
  expect(column(rows, 'ok')).toEqual(['true', 'false', '', '', '']);
  expect(column(rows, 'list')[1]).toBe('[1,{"a":"b"}]');
  expect(column(rows, 'uni')[2]).toBe('ñ 日本 🙂 \u0007');
  expect(column(rows, 'ns')[3]).toBe('1763729581123456789');
  expect(column(rows, 'ns_left')[3]).toBe('-4611686018427387905');
  expect(column(rows, 'time')[0]).toBe('2026-11-21T12:53:02.000Z');
  expect(column(rows, '__proto__')).toEqual(['', '', '', '', '5']);
  expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  expect(readCsv(join(dir, 'samples.csv'))).toHaveLength(5);
  const roles = readCsv(join(dir, 'roles.csv'));
  expect(column(roles, 'memory_peak_bytes')).toEqual(['', '']);
  expect(column(roles, 'memory_peak_bytes_kind')[0]).toBe('unavailable: no cgroup of its own');
  expect(readCsv(join(dir, 'spans.csv'))).toHaveLength(1);
});

test('json: one document with the run, the notes and every row, with nested values unchanged', async () => {
  const [path = ''] = (await writeReport(performance, 'json', await outputDir())).files;
  const document = JSON.parse(await readFile(path, 'utf8')) as Record<string, Record<string, unknown>[]>;
  expect(Object.keys(document)).toEqual(['records', 'verdicts', 'notes', ...tableNames]);
  expect(document.verdicts).toEqual({ '20261121-125301-a1b2': 'DOUBTFUL' });
  expect(document.records?.[0]).toMatchObject({ run_id: '20261121-125301-a1b2' });
  expect(document.notes).toEqual([
    'Trial 1, client-0: 1 value in results.jsonl is empty because JSON has no NaN or Infinity.',
  ]);
  expect(document.results?.[1]).toMatchObject({
    label: '@SUM(1)',
    list: [1, { a: 'b' }],
    ok: false,
    empty: '',
    split: 4,
  });
  expect(document.results?.[0]).not.toHaveProperty('list');
  expect(document.results?.[4]).toMatchObject({ total_ms: null });
  expect(Object.entries(document.results?.[4] ?? {})).toContainEqual(['__proto__', 5]);
  expect(document.samples).toHaveLength(4);
  expect(document.spans).toEqual([]);
});

test('xlsx: a sheet per table with typed cells; text that looks like a formula is text', async () => {
  const [path = ''] = (await writeReport(performance, 'xlsx', await outputDir())).files;
  const workbook = await openXlsx(path);
  expect(workbook.worksheets.map(({ name }) => name)).toEqual(
    ['overview', 'about', ...tableNames].map((name) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`),
  );
  const sheet = workbook.getWorksheet('Results');
  const rows: unknown[][] = [];
  sheet?.eachRow((row) => rows.push((row.values as unknown[]).slice(1)));
  expect(column(rows, 'label')).toEqual([nasty[0]?.label, '@SUM(1)', nasty[2]?.label, '+1', undefined]);
  expect(column(rows, 'total_ms').slice(0, 4)).toEqual([-1.5, 0, 1e-7, 12345678.875]);
  expect(column(rows, 'ok').slice(0, 2)).toEqual([true, false]);
  expect(column(rows, 'time')[0]).toEqual(new Date('2026-11-21T12:53:02.000Z'));
  expect(column(rows, 'list')[1]).toBe('[1,{"a":"b"}]');
  const label = sheet?.getColumn((rows[0]?.indexOf('label') ?? 0) + 1).number ?? 0;
  const cell = sheet?.getRow(2).getCell(label);
  expect([cell?.type, cell?.formula, cell?.numFmt]).toEqual([exceljs.ValueType.String, undefined, '@']);
  expect(sheet?.getCell('A1').font).toMatchObject({ bold: true });
  expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
  expect(sheet?.autoFilter).toMatch(/^A1:[A-Z]+6$/);
  const facts: unknown[] = [];
  workbook.getWorksheet('About')?.eachRow((row) => facts.push((row.values as unknown[]).slice(1)));
  expect(facts).toContainEqual(['run', 'experiment', 'split-inference']);
  expect(facts).toContainEqual(['placement', 'client-0', 'nano2']);
  expect(facts).toContainEqual(['version', 'collab', '0.1.0']);
  expect(facts).toContainEqual(['device nano1', 'clock error ms', 0.5]);
  expect(facts).toContainEqual(['note', undefined, performance.notes[0]]);
});

test('xlsx: rows beyond the end of a sheet continue on another one, with the same header', async () => {
  const job = { performance, tables: performance.tables, outputDir: await outputDir() };
  const [path = ''] = await writeXlsx({ ...job, batches: (table) => table.batches() }, 3);
  const workbook = await openXlsx(path);
  const names = workbook.worksheets.map(({ name }) => name).filter((name) => /Samples|Results/.test(name));
  expect(names).toEqual(['Results', 'Results 2', 'Results 3', 'Samples', 'Samples 2']);
  expect(['Samples', 'Samples 2', 'Results 3'].map((name) => workbook.getWorksheet(name)?.rowCount)).toEqual([
    3, 3, 2,
  ]);
  expect(workbook.getWorksheet('Samples 2')?.getCell('A1').value).toBe('run_id');
});

test('xlsx: text that is too long for a cell is continued on a sheet of its own; other formats have it whole', async () => {
  const wholeText = ` ${'x'.repeat(39_998)} `;
  const folder = await RunFolder.make(runOf());
  await folder.role(1, 'client', completeRole({ results: lines([{ text: wholeText }]) }));
  const long = await Performance.open(folder.path);
  const workbook = await openXlsx((await writeReport(long, 'xlsx', await outputDir())).files[0] ?? '');
  const text = workbook.getWorksheet('Results')?.getRow(2).getCell(15).text ?? '';
  expect(text).toHaveLength(32_767);
  expect(text).toMatch(/xxx \[continued on the sheet Long text: 40000 characters]$/);
  const parts: unknown[] = [];
  workbook
    .getWorksheet('Long text')
    ?.eachRow((row) => parts.push([1, 2, 3, 4, 5].map((at) => row.getCell(at).text)));
  expect(parts).toEqual([
    ['sheet', 'row', 'column', 'part', 'value'],
    ['Results', '2', 'text', '1', ` ${'x'.repeat(32_765)}`],
    ['Results', '2', 'text', '2', `${'x'.repeat(7233)} `],
  ]);
  const dir = await outputDir();
  await writeReport(long, 'csv', dir);
  expect(column(readCsv(join(dir, 'results.csv')), 'text')).toEqual([wholeText]);
});

test('xlsx: changed cells are counted in the notes; control characters are stored as codes, not dropped', async () => {
  const folder = await RunFolder.make(runOf());
  const recorded = ['bell \u0007', 'bell \u0007', '\u007f', 'y'.repeat(40_000), '_x0041_ as it is', 'plain'];
  await folder.role(1, 'client', completeRole({ results: lines(recorded.map((text) => ({ text }))) }));
  const changed = await Performance.open(folder.path);
  const { files, notes } = await writeReport(changed, 'xlsx', await outputDir());
  expect(notes).toEqual([
    'report.xlsx: 1 cell of more than 32767 characters (results.text 1): the sheet Long text has the whole text in parts.',
    'report.xlsx: control characters in 3 cells are stored as codes such as _x0007_.',
  ]);
  const workbook = await openXlsx(files[0] ?? '');
  const rows: unknown[][] = [];
  workbook.getWorksheet('Results')?.eachRow((row) => rows.push((row.values as unknown[]).slice(1)));
  const texts = column(rows, 'text');
  // The reader decodes them.
  expect([...texts.slice(0, 3), ...texts.slice(4)]).toEqual([...recorded.slice(0, 3), ...recorded.slice(4)]);
  expect((await writeReport(changed, 'csv', await outputDir())).notes).toEqual([]);
});

test('csv: rows with the same leading cells are written like any others', async () => {
  const folder = await RunFolder.make(runOf());
  const rows = Array.from({ length: 200 }, (_, at) => ({
    kind: at < 150 ? 'a, "b"' : '=c',
    text: at % 7 === 0 ? '"\r\n' : `,${at}`,
    value: at % 3 === 0 ? null : at / 8,
  }));
  await folder.role(1, 'client', completeRole({ results: lines(rows) }));
  const dir = await outputDir();
  await writeReport(await Performance.open(folder.path), 'csv', dir);
  const read = readCsv(join(dir, 'results.csv'));
  expect(column(read, 'kind')).toEqual(rows.map(({ kind }) => (kind === '=c' ? "'=c" : kind)));
  expect(column(read, 'text')).toEqual(rows.map(({ text }) => text));
  expect(column(read, 'value')).toEqual(rows.map(({ value }) => (value === null ? '' : String(value))));
  expect(new Set(column(read, 'run_id')).size).toBe(1);
});

test('trace: spans without a time are counted in the notes', async () => {
  const folder = await RunFolder.make(runOf());
  const spans = lines([{ name: 'head', start_monotonic_s: 1, duration_ms: 1 }]);
  await folder.role(1, 'client', { spans });
  const { notes } = await writeReport(await Performance.open(folder.path), 'trace', await outputDir());
  expect(notes).toEqual([
    'report.trace.json: 1 span left out, because the log does not relate their clock to a time; the csv and json reports have them.',
  ]);
});

/** The table is made of what was read at the start, and pickle needs pandas. */
const readAgain = reportFormats
  .map(({ name }) => name)
  .filter((name) => name !== 'pickle' && name !== 'table');

test.each(readAgain)('%s: a report that fails leaves no file and keeps the old one', async (format) => {
  const folder = await RunFolder.make(runOf());
  const role = await folder.role(1, 'server', completeRole({ results: lines([{ a: 1 }]) }));
  const failing = await Performance.open(folder.path);
  const dir = await outputDir();
  const { files: before } = await writeReport(failing, format, dir);
  await writeFile(before[0] ?? '', 'old');
  await rm(role, { recursive: true });
  await writeFile(role, 'not a folder');
  await expect(writeReport(failing, format, dir)).rejects.toMatchObject({
    name: 'report-not-written',
    exitCode: 2,
  });
  expect((await readdir(dir)).sort()).toEqual(before.map((path) => path.slice(dir.length + 1)).sort());
  expect(await readFile(before[0] ?? '', 'utf8')).toBe('old');
});

test('errors for an unknown format and for a folder that cannot be created have a next step', async () => {
  await expect(writeReport(performance, 'pdf', '/nowhere')).rejects.toMatchObject({
    name: 'no-such-format',
    next: `Choose one of: ${reportFormats.map(({ name }) => name).join(', ')}`,
    exitCode: 2,
  });
  await expect(writeReport(performance, 'csv', '/dev/null/x')).rejects.toMatchObject({
    name: 'report-not-written',
    exitCode: 2,
  });
});
