import { expect, it } from 'vitest';
import { runOf, trial } from '../../../../tests/fixtures/run-folder.js';
import { mostSpans } from '../../live/index.js';
import { LiveView } from './live-view.js';

const time = '2026-11-21T12:53:01.000Z';
const nowMs = Date.parse(time);
const words = {
  line: ({ kind }: { kind: string }) => (kind === 'role.ready' ? 'ready\x1b[31m' : null),
  progress: () => 'Trial 1/1',
};

function begun(): LiveView {
  const view = new LiveView(words);
  const record = runOf({
    state: 'running',
    ended_at: null,
    trials: [trial(1, { state: 'pending', started_at: null, ended_at: null })],
  });
  const { run_id } = record;
  const experiment = record.experiment.name;
  view.take(
    { kind: 'run.started', format: 2, run_id, experiment, folder: '/x', trials: 1, record, time },
    nowMs,
  );
  view.take(
    {
      kind: 'trial.started',
      trial: 1,
      of: 1,
      parameters: { split: 4, codec: 'raw' },
      repeat: 0,
      warmup: false,
      time,
    },
    nowMs,
  );
  view.take({ kind: 'role.starting', trial: 1, role: 'client', rank: 0, device: 'nano2', time }, nowMs);
  view.take({ kind: 'role.ready', trial: 1, role: 'client', rank: 0, device: 'nano2', time }, nowMs);
  return view;
}

it('tells all of a run first, and then only what changed', () => {
  const view = begun();
  expect(view.change(nowMs)).toMatchObject({
    head: {
      fault: null,
      progress: 'Trial 1/1',
      counts: { running: 1 },
      roles: [{ name: 'client-0', device: 'nano2', state: 'ready', lastLines: [] }],
    },
    trials: [{ number: 1, label: 'split=4 codec=raw', state: 'running' }],
    spans: [{ role: 'client-0', outcome: 'running' }],
    lines: [{ atMs: nowMs, text: 'ready' }],
    over: false,
  });
  expect(view.change(nowMs)).toBeNull();
  const about = { trial: 1, role: 'client', rank: 0, device: 'nano2' };
  const lines = ['1', '2', '3', '4', '5', '<b>6\x07</b>'];
  view.take({ kind: 'role.printed', ...about, stream: 'stdout', lines }, nowMs);
  const printed = view.change(nowMs);
  expect(printed?.head.roles[0]?.lastLines).toEqual(['2', '3', '4', '5', '<b>6</b>']);
  expect(printed).toMatchObject({ trials: [], spans: [], lines: [] });
});

it('of a run whose controller is gone, it says that nothing more is known', () => {
  const view = begun();
  view.change(nowMs);
  const failure = { name: 'abandoned', what: 'Its controller is gone.' };
  const settled = runOf({ state: 'abandoned', trials: [trial(1, { state: 'interrupted' })], failure });
  expect(view.end(settled, nowMs)).toMatchObject({
    head: { fault: 'Its controller is gone.', progress: null, counts: { interrupted: 1 }, roles: [] },
    trials: [{ state: 'interrupted' }],
    spans: [{ outcome: 'unknown', untilMs: nowMs }],
    over: true,
  });
});

it('of a run of very many roles, the newest spans are told, and that others are left out', () => {
  const view = begun();
  for (let trial = 2; trial <= mostSpans + 5; trial += 1)
    view.take({ kind: 'role.starting', trial, role: 'client', rank: 0, device: 'nano2', time }, nowMs);
  const change = view.change(nowMs);
  expect([change?.spans.length, change?.cut]).toEqual([mostSpans, true]);
  expect(change?.spans.at(-1)?.trial).toBe(mostSpans + 5);
});
