import { expect, test } from 'vitest';
import { runOf, trial } from '../../tests/fixtures/run-folder.js';
import { journalEvent, type JournalEvent, type RunRecord } from './records/index.js';
import { apply } from './run-state.js';

const time = '2026-11-21T12:55:00.000Z';
const pending = trial(1, { state: 'pending', started_at: null, ended_at: null });
const started = runOf({ state: 'running', ended_at: null, images: [], trials: [pending] });
const after = (run: RunRecord, event: JournalEvent) => apply(run, { time, ...event });

test('a run begins with the record in run.started; nothing is known before', () => {
  const about = { format: 2 as const, run_id: 'r1', experiment: 'e', folder: '/logs', trials: 1 };
  expect(apply(null, { time, kind: 'run.started', ...about, record: started })).toBe(started);
  expect(apply(null, { time, kind: 'run.note', note: 'early' })).toBeNull();
});

test('an event that changes nothing or that is unknown returns the same object', () => {
  expect(after(started, { kind: 'run.note', note: 'a' })).toBe(started);
  expect(after(started, { kind: 'later.kind' } as unknown as JournalEvent)).toBe(started);
  expect(after(started, { kind: 'constructor' } as unknown as JournalEvent)).toBe(started);
});

test('a trial runs from its start to its end, with the role that failed it', () => {
  const { parameters, repeat, warmup } = pending;
  const about = { trial: 1, of: 1 };
  const running = after(started, { kind: 'trial.started', ...about, parameters, repeat, warmup });
  expect(running.trials).toEqual([{ ...pending, state: 'running', started_at: time }]);
  const failure = { role: 'server', rank: 0, device: 'nano1', reason: 'it exited with code 1' };
  const ended = after(running, { kind: 'trial.ended', ...about, state: 'failed', seconds: 1, failure });
  expect(ended.trials[0]).toEqual({ ...running.trials[0], state: 'failed', ended_at: time, failure });
  expect(started.trials).toEqual([pending]);
});

test('keeps the commands that were run, where values were put into them', () => {
  const about = { kind: 'role.starting' as const, trial: 1, rank: 0, device: 'nano1' };
  expect(after(started, { ...about, role: 'server' })).toBe(started);
  const one = after(started, { ...about, role: 'server', command: ['a', '4'] });
  const both = after(one, { ...about, role: 'client', command: ['b'] });
  expect(both.trials[0]?.commands).toEqual([
    { role: 'server', rank: 0, command: ['a', '4'] },
    { role: 'client', rank: 0, command: ['b'] },
  ]);
});

test('records clocks and boards by device; an unread one keeps its earlier value', () => {
  const offset = { offset_ms: 1, error_ms: 0.5, measured_at: time, controller_ms: 0, monotonic_s: 1 };
  const later = { ...offset, controller_ms: 100_000, monotonic_s: 101.01 };
  const bare = { ...started, devices: started.devices.map((device) => ({ ...device, clock: null })) };
  const measured = (run: RunRecord, clock: typeof offset) =>
    after(run, { kind: 'clocks.measured', clocks: [{ device: 'nano2', clock }] });
  const [nano1, nano2] = measured(measured(bare, offset), later).devices;
  expect(nano1).toBe(bare.devices[0]);
  expect(nano2?.clock).toMatchObject({ ...offset, measurements: [offset, later] });
  expect(nano2?.clock?.drift_ppm).toBeCloseTo(100, 5);
  const read = after(bare, { kind: 'boards.read', when: 'after', boards: [] });
  expect(read.devices[0]?.board).toEqual({ before: null, after: null });
});

test('the end of a run has its time and cause', () => {
  const failure = { name: 'device-full', what: 'Full.' };
  const about = { run_id: 'r1', folder: '/logs', seconds: 1 };
  expect(after(started, { kind: 'run.ended', ...about, state: 'failed', failure })).toEqual({
    ...started,
    state: 'failed',
    ended_at: time,
    failure,
  });
});

test('every kind of event has its keys in snake_case', () => {
  for (const { shape } of journalEvent.options)
    for (const key of Object.keys(shape)) expect(key).toMatch(/^[a-z]+(_[a-z]+)*$/);
});
