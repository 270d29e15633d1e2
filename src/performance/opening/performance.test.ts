import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  completeRole,
  exitOf,
  lines,
  monotonic,
  type RoleTexts,
  RunFolder,
  runOf,
  stateLine,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import type { RunRecord } from '../../logs/run-record.js';
import { Performance } from './performance.js';
import type { Table } from '../tables/index.js';

type Row = Record<string, unknown>;

async function rowsOf(table: Table): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of table.rows()) {
    expect(row).toHaveLength(table.columns.length);
    rows.push(Object.fromEntries(table.columns.map((column, index) => [column, row[index]])));
  }
  return rows;
}

/** A run of which only the client is of interest. */
async function openWith(client: RoleTexts, run: Partial<RunRecord> = {}): Promise<Performance> {
  const folder = await RunFolder.make(
    runOf({ placement: [{ role: 'client', rank: 0, device: 'nano2' }], ...run }),
  );
  await folder.role(1, 'client', client);
  return Performance.open(folder.path);
}

test('a complete run: a row per trial and role instance with its totals and a digest of its samples', async () => {
  const folder = await RunFolder.make(runOf({ trials: [trial(1, { warmup: true }), trial(2)] }));
  for (const number of [1, 2]) {
    await folder.role(number, 'server', completeRole());
    await folder.role(number, 'client', completeRole({ results: lines([{ total_ms: 4 }, { total_ms: 5 }]) }));
  }
  const performance = await Performance.open(folder.path);
  const rows = await rowsOf(performance.table('roles'));
  expect(rows.map(({ trial: number, role, device }) => [number, role, device])).toEqual([
    [1, 'server', 'nano1'],
    [1, 'client', 'nano2'],
    [2, 'server', 'nano1'],
    [2, 'client', 'nano2'],
  ]);
  expect(rows[3]).toMatchObject({
    run_id: '20261121-125301-a1b2',
    repeat: 0,
    warmup: false,
    split: 4,
    codec: 'raw',
    rank: 0,
    trial_state: 'complete',
    exit_code: 0,
    exit_signal: null,
    exit_reason: 'exited',
    wall_s: 2,
    wall_s_kind: 'measured',
    cpu_user_s: 0,
    cpu_user_s_kind: 'measured',
    cpu_system_s_kind: 'estimated: ticks of /proc',
    cpu_percent_mean: 75,
    cpu_percent_max: 100,
    memory_bytes_max: 3000,
    samples: 2,
    missed_samples: 1,
    results: 2,
  });
  expect(performance.notes).toEqual([]);
});

test('what was not read is never a zero: no value, and the reason', async () => {
  const [row] = await rowsOf((await openWith(completeRole())).table('roles'));
  expect(row).toMatchObject({
    memory_peak_bytes: null,
    memory_peak_bytes_kind: 'unavailable: no cgroup of its own',
    network_sent_bytes: null,
    network_sent_bytes_kind: 'unavailable: the role did not report it',
  });
});

test("samples stand on the controller's clock with its error bound", async () => {
  const performance = await openWith(completeRole());
  expect(performance.table('samples').columns.slice(0, 12)).toEqual([
    ...['run_id', 'trial', 'repeat', 'warmup', 'role', 'rank', 'device'],
    ...['time_s', 'time', 'clock_error_ms', 'cpu_percent', 'memory_bytes'],
  ]);
  const [first, second] = await rowsOf(performance.table('samples'));
  expect(first).toMatchObject({ time_s: 0.1, clock_error_ms: 0.5, cpu_percent: 50, processes: 1 });
  expect(first?.time).toEqual(new Date('2026-11-21T12:53:01.100Z'));
  expect(second?.processes).toBeUndefined();
});

test('results: the leading columns and parameters, then the keys in the order of their first appearance', async () => {
  const results = [
    { monotonic_s: monotonic(1), split: 4, codec: 'raw', frame: 0, total_ms: 1.5 },
    { monotonic_s: monotonic(1.5), frame: 1, total_ms: 2.5, note: { nested: [1, 'two'] }, codec: 'raw' },
  ];
  const performance = await openWith(completeRole({ results: lines(results) }));
  expect(performance.table('results').columns).toEqual([
    ...['experiment', 'run_id', 'trial', 'repeat', 'warmup', 'split', 'codec', 'role', 'rank', 'device'],
    ...['time_s', 'time', 'clock_error_ms', 'frame', 'total_ms', 'note'],
  ]);
  const rows = await rowsOf(performance.table('results'));
  expect(rows[0]).toMatchObject({ split: 4, frame: 0, total_ms: 1.5, time_s: 1, note: undefined });
  expect(rows[1]).toMatchObject({ time_s: 1.5, note: { nested: [1, 'two'] } });
});

test("a result's key that is called like a parameter but differs once keeps a column of its own", async () => {
  const results = [{ split: 4, role: 'client' }, { split: '4', role: 'client' }, { rank: 7 }];
  const performance = await openWith(completeRole({ results: lines(results) }));
  const rows = await rowsOf(performance.table('results'));
  expect(rows.map(({ split, result_split: own }) => [split, own])).toEqual([
    [4, 4],
    [4, '4'],
    [4, undefined],
  ]);
  expect(rows[2]).toMatchObject({ rank: 0, result_rank: 7, role: 'client' });
  expect(performance.table('results').columns).not.toContain('result_role');
});

test('a parameter that is called like a column is prefixed, and so is named alike in every table', async () => {
  const trials = [trial(1, { parameters: { role: 'x', wall_s: 3, samples: 9 } })];
  const performance = await openWith(completeRole({ results: lines([{ role: 'y' }]) }), { trials });
  const [summary] = await rowsOf(performance.table('roles'));
  expect(summary).toMatchObject({
    role: 'client',
    param_role: 'x',
    param_wall_s: 3,
    wall_s: 2,
    param_samples: 9,
    samples: 2,
  });
  const [result] = await rowsOf(performance.table('results'));
  expect(result).toMatchObject({ role: 'client', param_role: 'x', result_role: 'y' });
});

test('spans have their start on the run’s time, their duration and their own fields', async () => {
  const span = {
    frame: 3,
    name: 'head',
    start_monotonic_s: monotonic(0.5),
    duration_ms: 12.5,
    process: 7,
    device: 'cuda',
  };
  const performance = await openWith(completeRole({ spans: lines([span]) }));
  const [row] = await rowsOf(performance.table('spans'));
  expect(row).toMatchObject({ name: 'head', time_s: 0.5, duration_ms: 12.5, frame: 3, process: 7, split: 4 });
  expect(row).toMatchObject({ device: 'nano2', span_device: 'cuda' });
  expect(performance.table('spans').columns).not.toContain('start_monotonic_s');
});

test('samples.jsonl cut at every byte: never a crash, never a wrong number', async () => {
  const { samples = '' } = completeRole();
  const whole = await rowsOf((await openWith(completeRole())).table('samples'));
  const folder = await RunFolder.make(runOf({ placement: [{ role: 'client', rank: 0, device: 'nano2' }] }));
  for (let end = 0; end <= samples.length; end++) {
    const cut = samples.slice(0, end);
    await folder.role(1, 'client', completeRole({ samples: cut }));
    const performance = await Performance.open(folder.path);
    const rows = await rowsOf(performance.table('samples'));
    expect(rows).toHaveLength(cut.split('}').length - 1);
    rows.forEach((row, index) =>
      expect(row).toMatchObject({ time_s: whole[index]?.time_s, cpu_percent: whole[index]?.cpu_percent }),
    );
    const dropped = cut !== '' && !/[}\n]$/.test(cut);
    expect(performance.notes.some((note) => note.includes('last line of samples.jsonl was cut'))).toBe(
      dropped,
    );
    expect((await rowsOf(performance.table('roles')))[0]?.samples).toBe(rows.length);
  }
});

test('a running run gives what there is so far', async () => {
  const folder = await RunFolder.make(
    runOf({
      state: 'running',
      ended_at: null,
      trials: [trial(1, { state: 'running' }), trial(2, { state: 'pending' })],
    }),
  );
  const { state = '', samples = '' } = completeRole();
  await folder.role(1, 'server', { state, samples });
  await folder.role(1, 'client', { state, samples: '' });
  const performance = await Performance.open(folder.path);
  expect(await rowsOf(performance.table('samples'))).toHaveLength(2);
  const summary = await rowsOf(performance.table('roles'));
  expect(summary).toHaveLength(4);
  expect(summary[0]).toMatchObject({
    trial_state: 'running',
    exit_code: null,
    wall_s_kind: 'unavailable: the role has not ended',
  });
  expect(summary[3]).toMatchObject({
    trial_state: 'pending',
    wall_s: null,
    wall_s_kind: 'unavailable: the trial was not run',
  });
  expect(performance.notes).toEqual([
    'The run is still running: this is what there is so far.',
    '1 of 2 trials were not run: 2.',
    'Trial 1, client-0: there are no samples.',
    'The run has no results: no role wrote to results.jsonl.',
  ]);
});

test('a report of a run that goes on ends where its summary did', async () => {
  const folder = await RunFolder.make(runOf({ placement: [{ role: 'client', rank: 0, device: 'nano2' }] }));
  await folder.role(1, 'client', completeRole({ results: lines([{ a: 1 }]) }));
  const performance = await Performance.open(folder.path);
  await folder.role(1, 'client', { results: lines([{ a: 1 }, { a: 2, b: 3 }]) });
  expect(await rowsOf(performance.table('results'))).toHaveLength(1);
});

test('a failed run with missing and broken files is read, and every gap is named', async () => {
  const failure = { role: 'client', rank: 0, device: 'nano2', reason: 'exited with 1' };
  const folder = await RunFolder.make(
    runOf({
      state: 'failed',
      trials: [trial(1, { state: 'failed', failure }), trial(2, { state: 'complete' })],
    }),
  );
  await folder.role(1, 'server', completeRole({ exit: '{"code":' }));
  await folder.role(1, 'client', {
    state: lines([
      stateLine,
      { ...stateLine, state: 'unavailable', metric: 'cpu_percent', reason: 'no /proc\u001b[31m' },
    ]),
    samples: '{"monotonic_s":"x"}\n',
    stderr: '',
  });
  await folder.role(2, 'server', completeRole());
  const { notes } = await Performance.open(folder.path);
  expect(notes.map((note) => note.replace(/\(.*\)/, '(...)'))).toEqual([
    'Trial 1, server-0: exit.json cannot be read (...).',
    'cpu_percent is unavailable for client on nano2: no /proc',
    'Trial 1, client-0: there is no exit.json.',
    'Trial 1, client-0: left out of samples.jsonl: 1 broken line (...).',
    'Trial 2, client-0: there is no exit.json.',
    'The run failed.',
    'Trial 1 failed: client-0 on nano2: exited with 1',
    'Trial 1, client-0: there are no samples.',
    'Trial 2, client-0: there is no folder trials/2/client-0.',
    'The run has no results: no role wrote to results.jsonl.',
  ]);
});

test('without state.jsonl the times hang on exit.json; without both they are empty and said to be', async () => {
  const { samples = '', exit = '' } = completeRole();
  expect((await rowsOf((await openWith({ samples, exit })).table('samples')))[0]).toMatchObject({
    time_s: 0.1,
  });
  const untied = await openWith({ samples, results: lines([{ monotonic_s: 5001 }]) });
  expect((await rowsOf(untied.table('samples')))[0]).toMatchObject({
    time_s: null,
    time: null,
    clock_error_ms: null,
  });
  expect((await rowsOf(untied.table('results')))[0]).toMatchObject({ time_s: null, monotonic_s: 5001 });
  expect(untied.notes).toContain(
    'Trial 1, client-0: nothing ties its clock to a time, so its times are empty.',
  );
});

test('a device whose clock was not measured gives no error bound, and a local run needs none', async () => {
  const devices = runOf().devices.map((device) => ({ ...device, clock: null }));
  const remote = await openWith(completeRole(), { devices });
  expect((await rowsOf(remote.table('samples')))[0]).toMatchObject({ time_s: 0.35, clock_error_ms: null });
  expect(remote.notes.join()).toContain('clock of nano2 was not measured');
  const local = await openWith(completeRole(), { devices, lan: null, runtime: 'process' });
  expect((await rowsOf(local.table('samples')))[0]).toMatchObject({ clock_error_ms: 0 });
  expect(local.notes.join()).not.toContain('clock');
});

test('a total that metrics.json does not know has its columns too', async () => {
  const exit = JSON.stringify(exitOf({ totals: { energy_j: { value: 12, unit: 'J', kind: 'measured' } } }));
  const [row] = await rowsOf((await openWith(completeRole({ exit }))).table('roles'));
  expect(row).toMatchObject({ energy_j: 12, energy_j_kind: 'measured', wall_s: null });
});

test('the folder of the trials may be gone altogether', async () => {
  const folder = await RunFolder.make(runOf());
  await rm(`${folder.path}/trials`, { recursive: true, force: true });
  const performance = await Performance.open(folder.path);
  expect(await rowsOf(performance.table('roles'))).toHaveLength(2);
  expect(performance.notes).toContain('The run has no samples.');
});
