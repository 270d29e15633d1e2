import { expect, it } from 'vitest';
import { onlyClient, rowsOf } from '../../../tests/fixtures/performance-bed.js';
import {
  completeRole,
  exitOf,
  lines,
  monotonic,
  RunFolder,
  runOf,
  stateLine,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import { Performance } from '../opening/index.js';
import type { TableName } from './table.js';

const named = (performance: Performance, name: TableName) => rowsOf(performance.table(name));

/** A run of only a client whose repeats recorded these values of `total_ms`; the first is a warm-up. */
async function repeated(change: Parameters<typeof runOf>[0], ...repeats: number[][]): Promise<string> {
  const trials = repeats.map((_, at) => trial(at + 1, { warmup: at === 0, repeat: Math.max(0, at - 1) }));
  const folder = await RunFolder.make(runOf({ trials, placement: onlyClient, ...change }));
  for (const [at, values] of repeats.entries()) {
    const results = lines(values.map((total_ms) => ({ total_ms, predicted_class: 7 })));
    const spans = lines([{ name: 'head', start_monotonic_s: monotonic(1), duration_ms: 10 + at }]);
    await folder.role(at + 1, 'client', completeRole({ results, spans }));
  }
  return folder.path;
}

it('the summary: values over all repeats without the warm-up, the interval over the means of the repeats', async () => {
  const performance = await Performance.open(await repeated({}, [900], [10, 12], [20, 22], [12, 14]));
  const summary = await named(performance, 'summary');
  expect(summary.find(({ metric }) => metric === 'total_ms')).toMatchObject({
    experiment: 'split-inference',
    split: 4,
    role: 'client',
    of: 'results',
    unit: 'ms',
    repeats: 3,
    n: 6,
    mean: 15,
    median: 13,
    min: 10,
    max: 22,
    outliers: 0,
    percentiles: 'exact',
    // Of 11, 21 and 13: mean 15, standard deviation 5.2915, t 4.3027.
    ci95_low: expect.closeTo(1.8552, 3) as number,
    ci95_high: expect.closeTo(28.1448, 3) as number,
    ci95_over: 'repeats',
  });
  expect(summary.find(({ of }) => of === 'spans')).toMatchObject({ metric: 'head', n: 3, median: 12 });
  expect(summary.find(({ metric }) => metric === 'wall_s')).toMatchObject({ n: 3, sd: 0, kind: 'measured' });
  expect(summary.find(({ metric }) => metric === 'cpu_system_s')?.kind).toBe('estimated: ticks of /proc');
  expect(summary.some(({ metric }) => metric === 'predicted_class')).toBe(false);
});

it('outliers are kept and marked; incomplete trials are left out', async () => {
  const trials = [trial(1), trial(2, { state: 'failed' })];
  const path = await repeated({ trials }, [10, 11, 12, 13, 500], [7777]);
  const [row] = (await named(await Performance.open(path), 'summary')).filter(({ of }) => of === 'results');
  expect(row).toMatchObject({ repeats: 1, n: 5, max: 500, outliers: 1, ci95_over: 'rows' });
  expect(row).toMatchObject({ outlier_below: 8, outlier_above: 16 });
});

it('several runs of several experiments share the tables, each with its name', async () => {
  const other = { run_id: '20261122-000000-ffff', experiment: { name: 'hello', id: 'x', definition: {} } };
  const more = [trial(1, { parameters: { messages: 3 } })];
  const folders = [await repeated({}, [1], [2]), await repeated({ ...other, trials: more }, [5])];
  const performance = await Performance.open(folders);
  expect((await named(performance, 'runs')).map(({ experiment, trials }) => [experiment, trials])).toEqual([
    ['split-inference', 2],
    ['hello', 1],
  ]);
  const results = await named(performance, 'results');
  expect(
    results.map(({ experiment, split, messages, total_ms: ms }) => [experiment, split, messages, ms]),
  ).toEqual([
    ['split-inference', 4, undefined, 1],
    ['split-inference', 4, undefined, 2],
    ['hello', undefined, 3, 5],
  ]);
  expect(performance.notes.every((note) => /^2026112[12]-/.test(note))).toBe(true);
});

it('an unreadable run among several is skipped with a note; an unreadable single run is an error', async () => {
  const broken = (await RunFolder.make('{"format":1,', undefined, 'broken')).path;
  const performance = await Performance.open([broken, await repeated({}, [1], [2])]);
  expect(performance.runs).toHaveLength(1);
  expect(performance.notes[0]).toMatch(/^broken was skipped: .*cannot be read/);
  await expect(Performance.open([broken, `${broken}/none`])).rejects.toMatchObject({ exitCode: 2 });
});

it('where each metric comes from: measured, estimated or unavailable, with source or reason', async () => {
  const folder = await RunFolder.make(runOf({ placement: onlyClient, trials: [trial(1), trial(2)] }));
  const stateOf = (state: string, metric: string, reason: string) => ({
    ...stateLine,
    state,
    metric,
    reason,
  });
  const state = lines([
    stateLine,
    stateOf('estimated', 'memory_bytes', 'shared pages count twice'),
    stateOf('unavailable', 'power_w', 'permission denied'),
    stateOf('absent', 'temperature_c', 'no thermal zone'),
  ]);
  const exit = JSON.stringify(exitOf({ totals: { energy_x_j: { value: 12, unit: 'J', kind: 'measured' } } }));
  for (const number of [1, 2]) await folder.role(number, 'client', completeRole({ state, exit }));
  const rows = await named(await Performance.open(folder.path), 'metrics');
  const of = (metric: string) => rows.find((row) => row.metric === metric);
  expect(of('cpu_percent')).toMatchObject({ table: 'samples', unit: '%', kind: 'measured', trials: 2 });
  expect(of('memory_bytes')).toMatchObject({ kind: 'estimated', source: 'shared pages count twice' });
  expect(of('power_w')).toMatchObject({ kind: 'unavailable', source: 'permission denied' });
  expect(of('temperature_c')).toMatchObject({ kind: 'unavailable', source: 'no thermal zone' });
  expect(of('energy_x_j')).toMatchObject({ table: 'roles', unit: 'J', kind: 'measured' });
  expect(of('wall_s')).toMatchObject({ kind: 'unavailable', source: 'the role did not report it' });
});

it('samples_long: a row per value, with unit, kind and source', async () => {
  const performance = await Performance.open(await repeated({ trials: [trial(1)] }, [1]));
  const rows = await named(performance, 'samples_long');
  expect(rows.map(({ metric, value, unit }) => [metric, value, unit])).toEqual([
    ['cpu_percent', 50, '%'],
    ['memory_bytes', 1000, 'bytes'],
    ['processes', 1, 'count'],
    ['cpu_percent', 100, '%'],
    ['memory_bytes', 3000, 'bytes'],
  ]);
  expect(rows[0]).toMatchObject({ time_s: 0.1, kind: 'measured', device: 'nano2' });
  expect(performance.tables.map(({ name }) => name)).not.toContain('samples_long');
});

it('processes: a row per change that the wrapper saw, relative to the run; broken lines are skipped', async () => {
  const folder = await RunFolder.make(runOf({ trials: [trial(1)], placement: onlyClient }));
  const row = { pid: 7, parent: 5, command: 'python3 client.py', memory_resident_bytes: 9000 };
  const rows = [
    { ...row, monotonic_s: monotonic(0.1) },
    { ...row, monotonic_s: monotonic(0.2), cpu_percent: 31.5 },
  ];
  const processes = `${lines(rows.slice(0, 1))}{"pid":"x"}\n${lines(rows.slice(1))}{"monotonic_s":5`;
  await folder.role(1, 'client', completeRole({ processes }));
  const read = await named(await Performance.open(folder.path), 'processes');
  expect(read).toHaveLength(2);
  expect(read[0]).toMatchObject({
    trial: 1,
    role: 'client',
    device: 'nano2',
    pid: 7,
    parent: 5,
    time_s: 0.1,
  });
  expect(read[0]?.cpu_percent).toBeUndefined();
  expect(read[1]).toMatchObject({
    command: 'python3 client.py',
    cpu_percent: 31.5,
    memory_resident_bytes: 9000,
  });
});

it('trials, devices and events: two time columns, flat facts, and details of events', async () => {
  const ended = trial(1, { started_at: '2026-11-21T12:53:02.500Z', ended_at: '2026-11-21T12:53:06.000Z' });
  const folder = await repeated({ trials: [ended] }, [1]);
  const { writeFile } = await import('node:fs/promises');
  const event = { time: '2026-11-21T12:53:03.000Z', kind: 'role.ready', trial: 1, role: 'client', rank: 0 };
  await writeFile(
    `${folder}/events.jsonl`,
    lines([{ ...event, device: 'nano2', odd: [1] }, { kind: 'no time' }, { ...event, rank: 'first' }]),
  );
  const performance = await Performance.open(folder);
  expect((await named(performance, 'trials'))[0]).toMatchObject({
    trial: 1,
    split: 4,
    started_s: 1.5,
    duration_s: 3.5,
    trial_state: 'complete',
    started: new Date('2026-11-21T12:53:02.500Z'),
  });
  expect((await named(performance, 'devices'))[1]).toMatchObject({
    device: 'nano2',
    roles: 'client-0',
    clock_offset_ms: 250,
    architecture: 'arm64',
    os_id: 'debian',
  });
  expect(await named(performance, 'events')).toEqual([
    expect.objectContaining({
      time_s: 2,
      kind: 'role.ready',
      trial: 1,
      role: 'client',
      details: { odd: [1] },
    }),
    expect.objectContaining({ rank: null, details: { rank: 'first' } }),
  ]);
});

it('a clock with an invalid date gives empty times', async () => {
  const samples = lines([{ monotonic_s: 1e300, cpu_percent: 5 }]);
  const folder = await RunFolder.make(runOf({ placement: onlyClient }));
  await folder.role(1, 'client', completeRole({ samples }));
  const [row] = await named(await Performance.open(folder.path), 'samples');
  expect(row).toMatchObject({ time_s: null, time: null, clock_error_ms: null, cpu_percent: 5 });
});
