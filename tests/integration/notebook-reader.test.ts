import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Performance, writeReport } from '../../src/performance/index.js';
import { TestWorkspace } from '../e2e/workspace.js';
import { framesRun } from '../fixtures/frames-run.js';
import { completeRole, exitOf, lines, monotonic, RunFolder, runOf, trial } from '../fixtures/run-folder.js';
import { wrapperFolder } from '../fixtures/run-wrapper.js';

const python = '/usr/bin/python3';
const comparer = fileURLToPath(new URL('../fixtures/compare_tables.py', import.meta.url));

interface Compared {
  dtypes: Record<string, Record<string, string>>;
  differences: string[];
  rows: Record<string, number>;
  warnings: string[];
  loss: string;
}

/** The tables of `collab.open_run` beside those of a csv report of the same run. */
async function compared(run: RunFolder): Promise<Compared> {
  const output = await mkdtemp(join(tmpdir(), 'collab-reader-'));
  await writeReport(await Performance.open(run.path), 'csv', output);
  const printed = execFileSync(python, ['-B', comparer, wrapperFolder, run.path, output], {
    encoding: 'utf8',
  });
  return JSON.parse(printed) as Compared;
}

const ns = '1763729581123456789';
const results = `${lines([
  {
    monotonic_s: monotonic(1),
    frame: 0,
    total_ms: 12.5,
    label: 'NA',
    ok: true,
    split: 4,
    role: 'client',
    rank: 7,
  },
  {
    monotonic_s: monotonic(1.2345678),
    frame: 1,
    total_ms: 3,
    label: '',
    nested: { a: [1, 'b'] },
    time: 'noon',
  },
])}{"frame": 2, "at_ns": ${ns}, "loss": null, "best": 1, "_not_finite": {"loss": "NaN"}, "mixed": 1}
{"frame": 3, "loss": Infinity, "mixed": "x", "monotonic_s": ${monotonic(1.5)}}
broken
{"frame": 4, "lo`;

/** A run with all that is unusual: names that are taken, a second attempt, a device that was moved, clocks that drift. */
async function unusualRun(): Promise<RunFolder> {
  const measurements = [0, 30, 60].map((second) => ({
    offset_ms: 250 + second,
    error_ms: 0.5 + second / 100,
    measured_at: '2026-11-21T12:53:01.000Z',
    monotonic_s: monotonic(second),
    controller_ms: Date.parse('2026-11-21T12:53:01.000Z') + second * 1000 * (1 + 40e-6 * second),
  }));
  const plain = runOf();
  const devices = plain.devices.map((device, at) =>
    at === 0
      ? device
      : { ...device, clock: { offset_ms: 250, error_ms: 0.5, measured_at: '', measurements } },
  );
  const parameters = { split: 4, trial: 'a', wall_s: 1.5, median: true, codec: 'raw' };
  const moved = [
    { role: 'server', rank: 0, device: 'nano2' },
    { role: 'client', rank: 0, device: 'nano1' },
  ];
  const trials = [
    trial(1, { parameters }),
    trial(2, {
      parameters,
      attempt: 2,
      placement: moved,
      state: 'failed',
      failure: { role: 'client', rank: 0, device: 'nano1', reason: 'it broke' },
    }),
    trial(3, { parameters: { split: 9 }, warmup: true, state: 'skipped', started_at: null, ended_at: null }),
  ];
  const run = await RunFolder.make(runOf({ devices, trials }));
  const spans = lines([
    { name: 'head', start_monotonic_s: monotonic(1), duration_ms: 7.125, frame: 0, device: 'gpu' },
    { name: 'tail', start_monotonic_s: monotonic(70), duration_ms: 1, frame: 0 },
  ]);
  const processes = lines([
    { monotonic_s: monotonic(40), pid: 5, parent: 1, command: 'python3 a', memory_resident_bytes: 4096 },
    {
      monotonic_s: monotonic(41),
      pid: 5,
      parent: 1,
      command: 'python3 a',
      cpu_percent: 3.5,
      memory_resident_bytes: 8192,
    },
  ]);
  const samples = lines([
    { monotonic_s: monotonic(0.1), memory_bytes: 1000, 'temperature_c.gpu': 40 },
    { monotonic_s: monotonic(20), cpu_percent: null, memory_bytes: 3000, own: 1.5 },
  ]);
  await run.role(1, 'server', completeRole({ samples, spans }));
  await run.role(1, 'client', completeRole({ results, spans, processes }));
  const second = join(run.path, 'trials', '2.2', 'client-0');
  await mkdir(second, { recursive: true });
  await writeFile(join(second, 'results.jsonl'), lines([{ frame: 9, total_ms: 1 }]));
  const exit = exitOf({ code: null, signal: 'SIGKILL', reason: 'stopped' });
  await writeFile(join(second, 'exit.json'), JSON.stringify(exit));
  return run;
}

describe('collab.open_run', () => {
  it('has the tables of the csv report, cell by cell, with types', async () => {
    const { differences, dtypes, rows, warnings, loss } = await compared(await unusualRun());
    expect(differences).toEqual([]);
    expect(rows).toEqual({ results: 5, spans: 4, samples: 4, processes: 2, trials: 3, roles: 6 });
    expect(dtypes.results).toEqual({
      experiment: 'string',
      run_id: 'string',
      trial: 'Int64',
      attempt: 'Int64',
      repeat: 'Int64',
      warmup: 'boolean',
      split: 'Int64',
      param_trial: 'string',
      param_wall_s: 'float64',
      param_median: 'boolean',
      codec: 'string',
      role: 'string',
      rank: 'Int64',
      device: 'string',
      time_s: 'float64',
      time: 'datetime64[ns, UTC]',
      clock_error_ms: 'float64',
      frame: 'Int64',
      total_ms: 'float64',
      label: 'string',
      ok: 'boolean',
      result_rank: 'Int64',
      nested: 'object',
      result_time: 'string',
      at_ns: 'Int64',
      loss: 'float64',
      best: 'Int64',
      mixed: 'object',
    });
    expect(loss).toBe('[nan, nan, nan, inf, nan]');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /client-0\/results\.jsonl: left out 1 broken line and an incomplete last line\.$/,
    );
  });

  it('has them for a run of many frames', async () => {
    const { differences, rows } = await compared(await framesRun());
    expect(differences).toEqual([]);
    expect(rows.samples).toBeGreaterThan(1000);
    expect(rows.spans).toBeGreaterThan(100);
  });

  it('names columns as reports do, whatever the names of parameters', async () => {
    const csv = await Performance.open((await unusualRun()).path);
    const taken = csv.tables.flatMap(({ columns }) => columns).filter((name) => /^[a-z0-9_]+$/.test(name));
    const parameters = Object.fromEntries([...new Set(taken)].map((name, at) => [name, at]));
    const run = await RunFolder.make(runOf({ trials: [trial(1, { parameters })] }));
    await run.role(1, 'client', completeRole({ results: lines([{ total_ms: 1 }]) }));
    expect((await compared(run)).differences).toEqual([]);
  });

  it('says what is missing, and how to get it', () => {
    const empty = spawnSync(python, ['-B', '-c', 'import collab; collab.open_run("/tmp")'], {
      env: { PYTHONPATH: wrapperFolder },
      encoding: 'utf8',
    });
    expect(empty.stderr).toContain('RunError: /tmp is no run: there is no run.json in it.');
  });
});

describe('the line that collab report prints', () => {
  it('opens the run from the built package, with and without pandas', async () => {
    const workspace = new TestWorkspace(await mkdtemp(join(tmpdir(), 'collab-reader-command-')));
    await mkdir(join(workspace.folder, 'TestCases'));
    const id = '20261121-125301-a1b2';
    const run = await RunFolder.make(runOf(), join(workspace.folder, 'Logs', 'split-inference'), id);
    await run.role(1, 'client', completeRole({ results: lines([{ total_ms: 12.5 }, { ok: true }]) }));
    const { reader } = await workspace.result<{ reader: string }>('report');
    const said = (await workspace.collab('report')).stderr;
    expect(said).toContain(reader);
    const asked = (script: string, env: Record<string, string> = {}) =>
      spawnSync(python, ['-B', '-c', `${reader}\n${script}`], { encoding: 'utf8', env });
    expect(asked('print(run.results.total_ms.mean(), len(run.samples))').stdout).toBe('12.5 2\n');

    const hidden = await mkdtemp(join(tmpdir(), 'collab-hidden-'));
    await writeFile(join(hidden, 'pandas.py'), "raise ImportError('hidden')\n");
    const plain = asked('print([(row["total_ms"], row["ok"], row["device"]) for row in run.results])', {
      PYTHONPATH: hidden,
    });
    expect(plain.stdout).toBe("[(12.5, None, 'nano2'), (None, True, 'nano2')]\n");

    const without = asked('run.summary');
    expect(without.stderr).toContain(
      `Write it: collab report ${id} --format jsonl --tables summary,validity`,
    );
    await workspace.result('report', id, '--format', 'jsonl', '--tables', 'summary,validity');
    const summary = asked(
      'print(run.summary.query("metric == \'total_ms\'").median_of_repeats.tolist(), set(run.validity.verdict))',
    );
    expect(summary.stdout).toBe("[12.5] {'DOUBTFUL'}\n");
  });
});
