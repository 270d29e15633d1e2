import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openWith, rowsOf } from '../../../tests/fixtures/performance-bed.js';
import {
  completeRole,
  exitOf,
  lines,
  RunFolder,
  runOf,
  stateLine,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import { thisController } from '../../logs/index.js';
import { Performance } from './performance.js';

test('samples.jsonl truncated at every byte: never a crash, never a wrong number', async () => {
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
    expect(performance.notes.some((note) => note.includes('last line of samples.jsonl is incomplete'))).toBe(
      dropped,
    );
    expect((await rowsOf(performance.table('roles')))[0]?.samples).toBe(rows.length);
  }
});

test('a running run shows what was logged so far', async () => {
  const folder = await RunFolder.make(
    runOf({
      state: 'running',
      ended_at: null,
      controller: await thisController(),
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
    wall_s_kind: 'unavailable: the trial did not run',
  });
  expect(performance.notes).toEqual([
    'The run is still running: this report covers what was logged so far.',
    '1 of 2 trials did not run: 2.',
    'Trial 1, client-0: there are no samples.',
    'The run has no results: no role wrote to results.jsonl.',
  ]);
});

test('a report of a run that continues ends at the same line as its summary', async () => {
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
    'Trial 1, client-0: skipped 1 broken line of samples.jsonl (...).',
    'Trial 2, client-0: there is no exit.json.',
    'The run failed.',
    'Trial 1 failed: client-0 on nano2: exited with 1',
    'Trial 1, client-0: there are no samples.',
    'Trial 2, client-0: the folder trials/2/client-0 is missing.',
    'The run has no results: no role wrote to results.jsonl.',
  ]);
});

test('without state.jsonl the times are based on exit.json; without both they are empty, with a note', async () => {
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
    'Trial 1, client-0: the log does not relate its clock to a time, so its times are empty.',
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

test('a total that is not in metrics.json also has columns', async () => {
  const exit = JSON.stringify(exitOf({ totals: { energy_j: { value: 12, unit: 'J', kind: 'measured' } } }));
  const [row] = await rowsOf((await openWith(completeRole({ exit }))).table('roles'));
  expect(row).toMatchObject({ energy_j: 12, energy_j_kind: 'measured', wall_s: null });
});

test('the folder of the trials may be missing', async () => {
  const folder = await RunFolder.make(runOf());
  await rm(`${folder.path}/trials`, { recursive: true, force: true });
  const performance = await Performance.open(folder.path);
  expect(await rowsOf(performance.table('roles'))).toHaveLength(2);
  expect(performance.notes).toContain('The run has no samples.');
});
