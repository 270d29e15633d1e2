import { expect, test } from 'vitest';
import { openWith, rowsOf } from '../../../tests/fixtures/performance-bed.js';
import {
  completeRole,
  lines,
  monotonic,
  RunFolder,
  runOf,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import { Performance } from './performance.js';

test('a complete run: a row per trial and role instance with its totals and the mean and maximum of its samples', async () => {
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

test('a value that was not read is never zero: it is empty, with the reason', async () => {
  const [row] = await rowsOf((await openWith(completeRole())).table('roles'));
  expect(row).toMatchObject({
    memory_peak_bytes: null,
    memory_peak_bytes_kind: 'unavailable: no cgroup of its own',
    network_sent_bytes: null,
    network_sent_bytes_kind: 'unavailable: the role did not report it',
  });
});

test("samples are on the controller's clock, with its error bound", async () => {
  const performance = await openWith(completeRole());
  expect(performance.table('samples').columns.slice(0, 13)).toEqual([
    'run_id',
    'trial',
    'attempt',
    'repeat',
    'warmup',
    'role',
    'rank',
    'device',
    'time_s',
    'time',
    'clock_error_ms',
    'cpu_percent',
    'memory_bytes',
  ]);
  const [first, second] = await rowsOf(performance.table('samples'));
  expect(first).toMatchObject({ time_s: 0.1, clock_error_ms: 0.5, cpu_percent: 50, processes: 1 });
  expect(first?.time).toEqual(new Date('2026-11-21T12:53:01.100Z'));
  expect(second?.processes).toBeUndefined();
});

test('results: the leading columns and parameters, then the keys in order of first appearance', async () => {
  const results = [
    { monotonic_s: monotonic(1), split: 4, codec: 'raw', frame: 0, total_ms: 1.5 },
    { monotonic_s: monotonic(1.5), frame: 1, total_ms: 2.5, note: { nested: [1, 'two'] }, codec: 'raw' },
  ];
  const performance = await openWith(completeRole({ results: lines(results) }));
  expect(performance.table('results').columns).toEqual([
    'experiment',
    'run_id',
    'trial',
    'attempt',
    'repeat',
    'warmup',
    'split',
    'codec',
    'role',
    'rank',
    'device',
    'time_s',
    'time',
    'clock_error_ms',
    'frame',
    'total_ms',
    'note',
  ]);
  const rows = await rowsOf(performance.table('results'));
  expect(rows[0]).toMatchObject({ split: 4, frame: 0, total_ms: 1.5, time_s: 1, note: undefined });
  expect(rows[1]).toMatchObject({ time_s: 1.5, note: { nested: [1, 'two'] } });
});

test("a result's key with the name of a parameter but a different value gets a separate column", async () => {
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

test('a parameter with the name of a column is prefixed, and has the same name in every table', async () => {
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

test('spans have their start relative to the run, their duration and their other fields', async () => {
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
