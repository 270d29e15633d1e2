import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { Performance, type TableName, writeReport } from '../../src/performance/index.js';
import { completeRole, lines, monotonic, RunFolder, runOf } from '../fixtures/run-folder.js';

const python = '/usr/bin/python3';
const ns = 1763729581123456789n;

/** Texts that readers take for missing values, numbers, booleans, times, formulas or the end of a row. */
const texts = [
  'None',
  'NA',
  'N/A',
  'null',
  'NaN',
  'nan',
  'inf',
  'undefined',
  '',
  ' ',
  '1e5',
  '007',
  '1.0',
  '1_000',
  '-1',
  '+1',
  'true',
  'False',
  'no',
  '12:30',
  '2026-11-21',
  '2026-11-21T12:53:02.000Z',
  "'",
  "'=1",
  "''-",
  '=1+1',
  '@x',
  '＝1',
  'a\nb',
  'a\r\nb',
  'a\rb',
  '\ttab',
  ' padded ',
  'comma, "quote"',
  "it's \\ back",
  '_x0041_',
  'bell \u0007',
  'ñ 日本 🙂',
];
const shown = texts.map((text, at) => ({
  text,
  seconds_text: String(at),
  date: '12:30',
  '=key': 'None',
  total_ms: [0.1 + 0.2, 1e-7, 12345678.875, 5, -1.5][at % 5],
  frames: at === 1 ? null : at,
  ok: at % 2 === 0,
  at_ns: at === 2 ? null : `ns:${ns + BigInt(at)}`,
  mixed: at % 2 === 0 ? `1e${at}` : at,
}));

describe('the printed line of code gives back what was written', () => {
  let written: Performance;
  beforeAll(async () => {
    const folder = await RunFolder.make(runOf());
    const results = lines(shown.map((row, at) => ({ monotonic_s: monotonic(at), ...row })));
    await folder.role(1, 'client', completeRole({ results: results.replace(/"ns:(\d+)"/g, '$1') }));
    written = await Performance.open(folder.path);
  });

  /** Every cell as its Python type and value, by column. */
  async function loaded(format: string, tables?: TableName[]): Promise<Record<string, string[]>> {
    const dir = join(await mkdtemp(join(tmpdir(), 'collab-report-')), "it's $HOME");
    const { load } = await writeReport(written, format, dir, tables === undefined ? {} : { tables });
    const script = `${load}
import json, numpy, pandas
frame = pandas.DataFrame(rows) if 'rows' in globals() else df
def cell(value):
    if value is None or value is pandas.NA or value is pandas.NaT or value != value:
        return 'missing'
    if isinstance(value, pandas.Timestamp):
        return 'time ' + (value if value.tzinfo else value.tz_localize('UTC')).isoformat(timespec='milliseconds')
    value = value.item() if hasattr(value, 'item') else value
    return type(value).__name__ + ' ' + (repr(value) if isinstance(value, float) else str(value))
print(json.dumps({name: [cell(value) for value in frame[name].astype(object)] for name in frame.columns}))`;
    const ended = spawnSync(python, ['-c', script], { encoding: 'utf8' });
    expect(ended.stderr, load).toBe('');
    return JSON.parse(ended.stdout) as Record<string, string[]>;
  }

  const number = (value: number) =>
    Number.isInteger(value) ? `int ${value}` : `float ${pythonFloat(value)}`;
  const pythonFloat = (value: number) => (value === 1e-7 ? '1e-07' : String(value));

  it.each(['csv', 'xlsx', 'json', 'jsonl', 'npy', 'npz', 'pickle'])('%s', async (format) => {
    const got = await loaded(format);
    const noText = ['csv', 'xlsx', 'npy', 'npz'].includes(format);
    const times = shown.map(
      (_, at) =>
        `time ${new Date(Date.parse('2026-11-21T12:53:01.000Z') + at * 1000).toISOString().replace('Z', '+00:00')}`,
    );
    // A column of doubles gives back integers as doubles.
    const numbers = (values: readonly (number | null | undefined)[]) =>
      values.map((value) => value ?? 'missing');
    const asNumbers = (cells: readonly string[] | undefined) =>
      cells?.map((one) => (one === 'missing' ? one : Number(/^(?:int|float) (.*)$/.exec(one)?.[1])));
    expect(got.text).toEqual(texts.map((text) => `str ${text}`));
    expect(got.seconds_text).toEqual(shown.map((_, at) => `str ${at}`));
    expect(got.date).toEqual(shown.map(() => 'str 12:30'));
    expect(got['=key']).toEqual(shown.map(() => 'str None'));
    expect(got.time).toEqual(times);
    expect(asNumbers(got.total_ms)).toEqual(numbers(shown.map(({ total_ms }) => total_ms)));
    expect(asNumbers(got.frames)).toEqual(numbers(shown.map(({ frames }) => frames)));
    const isNumpy = format.startsWith('np');
    const least = isNumpy ? `int ${-(2n ** 63n)}` : 'missing';
    expect(got.at_ns).toEqual(shown.map((_, at) => (at === 2 ? least : `int ${ns + BigInt(at)}`)));
    expect(got.ok).toEqual(
      shown.map(({ ok }) => (isNumpy ? `int ${Number(ok)}` : `bool ${ok ? 'True' : 'False'}`)),
    );
    // Formats whose columns have one type give numbers among texts as text.
    const mixed = shown.map((_, at) =>
      at % 2 === 0 ? `str 1e${at}` : noText && format !== 'xlsx' ? `str ${at}` : number(at),
    );
    expect(got.mixed).toEqual(mixed);
  });

  it.each(['csv', 'xlsx', 'json', 'jsonl', 'npy', 'npz', 'pickle'])(
    '%s, of another table',
    async (format) => {
      const got = await loaded(format, ['devices', 'spans']);
      expect(got.device ?? got.name).toEqual(['str nano1', 'str nano2']);
      // Without a row, the columns are there all the same.
      expect(await loaded(format, ['spans'])).toMatchObject(
        ['json', 'jsonl'].includes(format) ? { time: [] } : {},
      );
    },
  );

  it('parquet, by DuckDB', async () => {
    const { load } = await writeReport(written, 'parquet', await mkdtemp(join(tmpdir(), 'collab-report-')));
    const sql = execFileSync('bash', ['-c', `duckdb() { printf %s "$2"; }; ${load}`], { encoding: 'utf8' });
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
    expect(rows.map(({ text }) => text)).toEqual(texts);
    expect(rows.map(({ total_ms }) => total_ms)).toEqual(shown.map(({ total_ms }) => total_ms));
    expect(rows.map(({ at_ns }) => at_ns)).toEqual(
      shown.map((_, at) => (at === 2 ? null : String(ns + BigInt(at)))),
    );
    expect(rows.map(({ ok }) => ok)).toEqual(shown.map(({ ok }) => ok));
    connection.closeSync();
    instance.closeSync();
  });

  it('trace', async () => {
    const { load } = await writeReport(written, 'trace', await mkdtemp(join(tmpdir(), 'collab-report-')));
    const ended = spawnSync(python, ['-c', `${load.split('#')[0] ?? ''}\nprint(len(events) > 0)`], {
      encoding: 'utf8',
    });
    expect(ended).toMatchObject({ stderr: '', stdout: 'True\n' });
  });
});
