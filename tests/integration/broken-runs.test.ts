import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Performance, type TableName, writeReport } from '../../src/performance/index.js';
import {
  completeRole,
  lines,
  monotonic,
  RunFolder,
  runOf,
  stateLine,
  trial,
} from '../fixtures/run-folder.js';

type Rows = Record<string, unknown>[];
const recordTables = ['results', 'spans', 'samples', 'events'] as const;

async function smallRun(parent?: string, name?: string, runId = '20261121-125301-a1b2'): Promise<RunFolder> {
  const folder = await RunFolder.make(runOf({ run_id: runId }), parent, name);
  const results = lines([
    { monotonic_s: monotonic(1), frame: 0, total_ms: 12.5, label: 'é' },
    { monotonic_s: monotonic(1.5), frame: 1, total_ms: 99.25 },
  ]);
  const spans = lines([{ name: 'head', start_monotonic_s: monotonic(1), duration_ms: 7.125, frame: 0 }]);
  await folder.role(1, 'server', completeRole({ spans }));
  await folder.role(1, 'client', completeRole({ results, spans }));
  const event = (kind: string, own: object) => ({ time: '2026-11-21T12:53:02.000Z', kind, ...own });
  const { placement, experiment } = runOf();
  const [{ parameters, repeat, warmup }] = [trial(1)];
  const journal = [
    event('run.started', { run_id: runId, experiment: experiment.name, trials: 1 }),
    event('run.placed', { placement }),
    event('trial.started', { trial: 1, of: 1, parameters, repeat, warmup }),
    event('trial.ended', { trial: 1, of: 1, state: 'complete' }),
  ];
  await writeFile(join(folder.path, 'events.jsonl'), lines(journal));
  return folder;
}

async function rowsOf(performance: Performance, name: TableName): Promise<Rows> {
  const table = performance.table(name);
  const rows: Rows = [];
  for await (const row of table.rows())
    rows.push(Object.fromEntries(table.columns.map((column, at) => [column, row[at]])));
  return rows;
}

async function allFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/**
 * The cells of a row from the log itself, without empty ones: times depend on other files, which may be truncated,
 * and a column may exist only for other rows.
 */
function recorded(row: Record<string, unknown>): string[] {
  const derived = new Set(['time_s', 'time', 'clock_error_ms', 'trial_state']);
  return Object.entries(row).flatMap(([key, value]) =>
    value === undefined || value === null || derived.has(key) ? [] : [JSON.stringify([key, value])],
  );
}

const every = (step: number, length: number): number[] =>
  Array.from({ length: Math.ceil(length / step) }, (_, at) => at * step);

/** Before and behind each line end, but the last. */
function lineEnds(text: Buffer): number[] {
  const ends: number[] = [];
  for (let at = text.indexOf(10); at !== -1 && at < text.length - 1; at = text.indexOf(10, at + 1))
    ends.push(at, at + 1);
  return ends;
}

it('truncating any file at any place causes no crash and no wrong number, and drops at most the last line', async () => {
  const { path } = await smallRun();
  const whole = await Performance.open(path);
  const before = Object.fromEntries(
    await Promise.all(recordTables.map(async (name) => [name, await rowsOf(whole, name)] as const)),
  );
  const totals = await rowsOf(whole, 'roles');
  let cuts = 0;
  for (const file of (await allFiles(path)).filter((one) => !one.includes('server-0'))) {
    const text = await readFile(file);
    const isRun = relative(path, file) === 'run.json';
    // All bytes take a minute.
    for (const end of isRun ? every(37, text.length - 1) : lineEnds(text).concat(every(4, text.length))) {
      await writeFile(file, text.subarray(0, end));
      cuts += 1;
      const opened = await Performance.open(path).catch((error: unknown) => error);
      if (!(opened instanceof Performance)) throw opened as Error;
      if (isRun) expect(opened.notes[0]).toContain('rebuilt from events.jsonl');
      for (const name of recordTables) {
        const all = before[name]?.map((row) => new Set(recorded(row))) ?? [];
        for (const row of (await rowsOf(opened, name)).map(recorded)) {
          const found = all.some((one) => row.every((cell) => one.has(cell)));
          if (!found) expect.fail(`${file} cut at ${end}: ${name} has ${row.join(' ')}`);
        }
      }
      for (const [at, row] of (await rowsOf(opened, 'roles')).entries())
        for (const key of ['wall_s', 'cpu_system_s', 'exit_code'])
          if (row[key] !== null && row[key] !== totals[at]?.[key])
            expect.fail(`${file} cut at ${end}: ${key}`);
      const kept = String(text.subarray(0, end));
      if (file.endsWith('.jsonl') && !file.endsWith('events.jsonl') && end > 0 && !/[}\n]$/.test(kept))
        expect(opened.notes.join('\n')).toContain('is incomplete and was skipped');
    }
    await writeFile(file, text);
  }
  expect(cuts).toBeGreaterThan(300);
});

it('without run.json the run is read from the journal with a doubtful verdict; without both there is no run', async () => {
  const { path } = await smallRun();
  await rm(join(path, 'run.json'));
  const performance = await Performance.open(path);
  expect(performance.validity.verdict).toBe('DOUBTFUL');
  expect(performance.validity.findings[0]?.text).toContain('holds 1 of 1 trials');
  expect(await rowsOf(performance, 'results')).toMatchObject([
    { experiment: 'split-inference', trial: 1, split: 4, codec: 'raw', role: 'client', total_ms: 12.5 },
    { total_ms: 99.25 },
  ]);
  const { files } = await writeReport(performance, 'html', await mkdtemp(join(tmpdir(), 'collab-broken-')));
  expect(await readFile(files[0] ?? '', 'utf8')).toContain('rebuilt from events.jsonl');
  await writeFile(join(path, 'run.json'), '{"format":2}');
  await expect(Performance.open(path)).rejects.toMatchObject({ name: 'run-too-new' });
  await rm(join(path, 'run.json'));
  await rm(join(path, 'events.jsonl'));
  await expect(Performance.open(path)).rejects.toMatchObject({ name: 'not-a-run' });
});

const samplesFile = 'trials/1/client-0/samples.jsonl';
const good = '{"monotonic_s":5000.5,"cpu_percent":50}\n';

it.each([
  [
    'zeros, as left by a file system after a power failure',
    samplesFile,
    `${good}${'\0'.repeat(4096)}\n${good}`,
    2,
  ],
  ['two lines that run together', samplesFile, `${good}{"monotonic_s":50${good}`, 1],
  ['a truncated line in the middle', samplesFile, `${good}{"monotonic_s":5000.6,"cpu_\n${good}`, 2],
  ['text instead of a number', samplesFile, `${good}{"monotonic_s":5000.6,"cpu_percent":"many"}\n`, 1],
  ['NaN, as written by Python', samplesFile, `${good}{"monotonic_s":5000.6,"cpu_percent":NaN}\n`, 2],
  ['a line without its time', samplesFile, `{"cpu_percent":5}\n${good}`, 1],
  ['an array, a number and a word instead of a record', samplesFile, `[1]\n5\ntrue\n${good}`, 1],
  ['empty lines and spaces', samplesFile, `\n \n${good}\n\n`, 1],
  ['carriage returns', samplesFile, good.replace('\n', '\r\n'), 1],
  [
    'bytes that are not UTF-8',
    samplesFile,
    Buffer.concat([Buffer.from(good), Buffer.from([0xff, 0xfe, 10])]),
    1,
  ],
  ['a byte order mark', samplesFile, `\ufeff${good}${good}`, 1],
  ['nothing', samplesFile, '', 0],
  ['a dangerous key', samplesFile, `{"monotonic_s":5000.5,"__proto__":1}\n${good}`, 2],
  ['deep nesting', samplesFile, `${'['.repeat(100_000)}\n${good}`, 1],
])('%s: reads the intact lines and writes a report', async (_, file, text, rows) => {
  const { path } = await smallRun();
  await writeFile(join(path, file), text);
  const performance = await Performance.open(path);
  const client = (await rowsOf(performance, 'samples')).filter(({ role }) => role === 'client');
  expect(client).toHaveLength(rows);
  for (const { cpu_percent: cpu } of client) expect([50, null, undefined]).toContain(cpu);
  const { files } = await writeReport(performance, 'json', await mkdtemp(join(tmpdir(), 'collab-broken-')));
  const document = JSON.parse(await readFile(files[0] ?? '', 'utf8')) as { samples: unknown[] };
  expect(document.samples).toHaveLength(rows + 2);
});

it.each([
  [
    'state.jsonl of another device',
    'trials/1/client-0/state.jsonl',
    lines([{ ...stateLine, realtime_s: 'x' }]),
  ],
  ['exit.json without totals', 'trials/1/client-0/exit.json', '{"code":0}'],
  [
    'exit.json with a total that is text',
    'trials/1/client-0/exit.json',
    '{"code":0,"totals":{"wall_s":"2"}}',
  ],
  ['an empty journal', 'events.jsonl', ''],
])('reports %s without a crash', async (_, file, text) => {
  const { path } = await smallRun();
  await writeFile(join(path, file), text);
  const performance = await Performance.open(path);
  for (const { name } of performance.tables) await rowsOf(performance, name);
  if (file !== 'events.jsonl') expect(performance.notes.join('\n')).toMatch(/client-0/);
});

it('reads a run with a journal of format 1, with event names of format 2', async () => {
  const performance = await Performance.open(
    fileURLToPath(new URL('../fixtures/run-format-1', import.meta.url)),
  );
  expect(performance.notes.join('\n')).not.toContain('rebuilt');
  expect(await rowsOf(performance, 'results')).toHaveLength(12);
  const events = await rowsOf(performance, 'events');
  expect(events.find(({ kind }) => kind === 'delivery.done')).toMatchObject({
    device: 'nano1',
    details: { sent_bytes: 2000, image_id: 'sha256:abc', bytes_per_s: 4000 },
  });
  expect(events[0]?.details).not.toHaveProperty('record');
});

it('reads 200 runs at once, one of them broken, one running and one without logs', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'collab-many-'));
  const folders: string[] = [];
  for (let at = 0; at < 200; at++) {
    const id = `20261121-125301-${String(at).padStart(4, '0')}`;
    folders.push((await smallRun(parent, id, id)).path);
  }
  const [broken = '', running = '', bare = ''] = folders;
  await writeFile(join(broken, 'run.json'), '{');
  await rm(join(broken, 'events.jsonl'));
  const record = runOf({ run_id: 'running', state: 'running', trials: [trial(1, { state: 'running' })] });
  await writeFile(join(running, 'run.json'), JSON.stringify(record));
  await rm(join(bare, 'trials'), { recursive: true });
  const performance = await Performance.open(folders);
  expect(performance.runs).toHaveLength(199);
  expect(await rowsOf(performance, 'runs')).toHaveLength(199);
  expect(await rowsOf(performance, 'results')).toHaveLength(2 * 198);
  const { files } = await writeReport(performance, 'csv', join(parent, 'out'));
  const results = files.find((file) => file.endsWith('results.csv')) ?? '';
  expect((await readFile(results, 'utf8')).split('\n')).toHaveLength(2 * 198 + 2);
  expect(performance.notes.join('\n')).toMatch(/0000 was skipped: .*cannot be read/);
});
