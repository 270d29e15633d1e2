import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { Performance, writeReport } from '../../src/performance/index.js';
import { completeRole, lines, monotonic, RunFolder, runOf } from '../fixtures/run-folder.js';

const python = '/usr/bin/python3';
const reader = fileURLToPath(new URL('../fixtures/read_report.py', import.meta.url));

const ns = 1763729581123456789n;
const recorded = [
  { monotonic_s: monotonic(1), label: '=HYPERLINK("http://x","y")', total_ms: -1.5, ok: true },
  { label: '@SUM(1)', total_ms: 0, ok: false, list: [1, { a: 'b' }] },
  { label: 'comma, "quote"\nnew line <&> _x0041_', total_ms: 1e-7, ok: true, uni: 'ñ 日本 🙂 \u0007' },
  { label: "+1'\\", total_ms: 12345678.875, ok: false, uni: '  spaces  ' },
];

/** What every reader must find, by column name. */
const expected = {
  label: recorded.map(({ label }) => label),
  total_ms: recorded.map(({ total_ms }) => total_ms),
  uni: [null, null, recorded[2]?.uni, recorded[3]?.uni],
  list: [null, '[1,{"a":"b"}]', null, null],
  time: ['2026-11-21T12:53:02.000Z', null, null, null],
  time_s: [1, null, null, null],
};

let performance: Performance;
beforeAll(async () => {
  const folder = await RunFolder.make(runOf());
  const spans = lines([{ name: 'head', start_monotonic_s: monotonic(1.25), duration_ms: 40.5, frame: 3 }]);
  await folder.role(1, 'server', completeRole());
  // JSON.stringify has no integers beyond a double.
  const results = lines(
    recorded.map((row, at) => ({ ...row, at_ns: at === 2 ? null : `ns:${ns + BigInt(at)}` })),
  );
  await folder.role(1, 'client', completeRole({ results: results.replace(/"ns:(\d+)"/g, '$1'), spans }));
  performance = await Performance.open(folder.path);
});

async function write(format: string) {
  return writeReport(performance, format, await mkdtemp(join(tmpdir(), 'collab-report-')));
}

function pathOf(files: readonly string[]): string {
  return files.find((file) => file.includes('/results.')) ?? files[0] ?? '';
}

function byColumn(rows: readonly Record<string, unknown>[], names = Object.keys(expected)) {
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

describe('third-party readers read every format', () => {
  it.each([
    ['csv', { label: "'", none: '' }],
    // openpyxl keeps the code of a control character; spreadsheets decode it.
    ['xlsx', { none: null, uni: 'ñ 日本 🙂 _x0007_' }],
    ['json', { none: null, list: [1, { a: 'b' }] }],
    ['jsonl', { none: null, list: [1, { a: 'b' }] }],
    ['npy', { none: '' }],
    ['npz', { none: '' }],
    ['pickle', { none: null }],
  ] as const)('%s, by pandas, numpy or openpyxl', async (format, differs) => {
    const { files } = await write(format);
    const { rows } = JSON.parse(
      execFileSync(python, [reader, format, pathOf(files)], { encoding: 'utf8' }),
    ) as { rows: Record<string, unknown>[] };
    const none = (value: unknown) => (value === null ? differs.none : value);
    const found = byColumn(rows);
    const numeric = new Set(['total_ms', 'time_s', 'time']);
    for (const [name, values] of Object.entries(expected)) {
      const want: unknown[] = values.map((value) => (numeric.has(name) ? value : none(value ?? null)));
      if (name === 'uni' && 'uni' in differs) want[2] = differs.uni;
      if (name === 'list' && 'list' in differs) want[1] = differs.list;
      // In CSV, a leading quote keeps a spreadsheet from evaluating the text.
      if (name === 'label' && 'label' in differs)
        for (const at of [0, 1, 3]) want[at] = `'${String(want[at])}`;
      const got = found[name]?.map((value) => (numeric.has(name) && value === '' ? null : value));
      if (name === 'time_s' && format === 'csv') want[0] = '1';
      expect(got, name).toEqual(want);
    }
  });

  it.each([
    ['csv', 'int(r[3]) - int(r[0])', "list(csv.DictReader(open(path, newline='', encoding='utf-8')))", ''],
    ['json', 'r[3] - r[0]', "json.load(open(path))['results']", null],
    ['jsonl', 'r[3] - r[0]', '[json.loads(line) for line in open(path)]', null],
    ['npy', 'r[3] - r[0]', 'numpy.load(path)', -(2 ** 63)],
    ['npz', 'r[3] - r[0]', "numpy.load(path)['results']", -(2 ** 63)],
    ['pickle', 'r[3] - r[0]', "pandas.read_pickle(path).to_dict('records')", 'NA'],
    ['xlsx', 'int(r[3]) - int(r[0])', 'xlsx(path)', null],
  ])(
    'times in nanoseconds are exact and can be computed with: %s',
    async (format, difference, read, none) => {
      const { files, notes } = await write(format);
      const script = `
import csv, json, sys, numpy, pandas, openpyxl
def xlsx(path):
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)['Results'].iter_rows()]
    return [dict(zip(rows[0], row)) for row in rows[1:]]
path = sys.argv[1]
r = [row['at_ns'] for row in ${read}]
missing = 'NA' if r[2] is pandas.NA else r[2]
print(json.dumps([str(r[0]), int(${difference}), missing], default=int))`;
      const text = execFileSync(python, ['-c', script, pathOf(files)], { encoding: 'utf8' });
      expect(JSON.parse(text)).toEqual([String(ns), 3, none]);
      if (format === 'xlsx')
        expect(notes[0]).toMatch(/^report\.xlsx: integers beyond 2\^53 in 3 cells are text/);
    },
  );

  it('xlsx with openpyxl: every sheet, with as many rows as the tables and no formula', async () => {
    const { files, notes } = await write('xlsx');
    const script =
      'import json,openpyxl,sys; book=openpyxl.load_workbook(sys.argv[1]); print(json.dumps({s.title: ' +
      '[s.max_row, s.freeze_panes, s.auto_filter.ref is not None, any(c.data_type == "f" for r in s.iter_rows() for c in r)] ' +
      'for s in book.worksheets}))';
    const sheets = JSON.parse(
      execFileSync(python, ['-c', script, pathOf(files)], { encoding: 'utf8' }),
    ) as Record<string, unknown[]>;
    expect(Object.keys(sheets).slice(0, 3)).toEqual(['Overview', 'About', 'Runs']);
    expect(sheets.Results).toEqual([1 + recorded.length, 'A2', true, false]);
    expect(sheets.Samples).toEqual([5, 'A2', true, false]);
    // The facts of the run stand above the header of the overview.
    const { Overview: overview, ...tables } = sheets;
    expect(overview?.slice(1)).toEqual([expect.stringMatching(/^A\d$/), true, false]);
    for (const [, frozen, filtered, hasFormula] of Object.values(tables))
      expect([frozen, filtered, hasFormula]).toEqual(['A2', true, false]);
    expect(notes).toContain('report.xlsx: control characters in 1 cell are stored as codes such as _x0007_.');
  });

  it('parquet with DuckDB', async () => {
    const { files } = await write('parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const query = async (text: string) => (await connection.runAndReadAll(text)).getRowObjectsJson();
    const rows = await query(
      `SELECT *, strftime(time, '%Y-%m-%dT%H:%M:%S.%gZ') AS iso FROM '${pathOf(files)}'`,
    );
    const found = byColumn(rows);
    expect({ ...found, time: rows.map(({ iso }) => iso) } as unknown).toEqual({
      ...expected,
      uni: expected.uni.map((value) => value ?? null),
    });
    expect(rows.map(({ ok }) => ok)).toEqual([true, false, true, false]);
    const [times] = await query(
      `SELECT typeof(at_ns) AS type, max(at_ns) - min(at_ns) AS apart, count(at_ns) AS n FROM '${pathOf(files)}' GROUP BY 1`,
    );
    expect(times).toEqual({ type: 'BIGINT', apart: '3', n: '3' });
    const all = await Promise.all(files.map((file) => query(`SELECT count(*) AS n FROM '${file}'`)));
    const counted: unknown = Object.fromEntries(
      files.map((file, at) => [/(\w+)\.parquet$/.exec(file)?.[1], all[at]?.[0]?.n]),
    );
    expect(counted).toMatchObject({
      runs: '1',
      trials: '1',
      roles: '2',
      results: '4',
      spans: '1',
      samples: '4',
    });
    connection.closeSync();
    instance.closeSync();
  });

  it('trace, as its format requires: complete events on one axis with named lanes', async () => {
    const { files } = await write('trace');
    const document = JSON.parse(await readFile(files[0] ?? '', 'utf8')) as {
      traceEvents: Record<string, unknown>[];
      otherData: { clocks: unknown[] };
    };
    const head = document.traceEvents.find(({ name }) => name === 'head');
    expect(head).toMatchObject({ ph: 'X', cat: 'span', ts: 1_250_000, dur: 40_500 });
    expect(head?.args).toMatchObject({ frame: 3, clock_error_ms: 0.5 });
    const names = document.traceEvents.filter(({ ph, pid }) => ph === 'M' && pid === head?.pid);
    expect(names.map(({ args }) => args)).toEqual([
      { name: '20261121-125301-a1b2 nano2' },
      { name: 'client-0' },
    ]);
    expect(document.otherData.clocks).toContainEqual({
      run: '20261121-125301-a1b2',
      device: 'nano2',
      clock_offset_ms: 250,
      clock_error_ms: 0.5,
    });
  });
});
