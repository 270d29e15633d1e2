import { expect, test } from 'vitest';
import { runOf, trial } from '../../../tests/fixtures/run-folder.js';
import type { RunRecord } from '../../logs/index.js';
import { apply } from '../../logs/run-state.js';
import type { RunEvent } from '../events/index.js';
import { type JudgeRepeats, StopWhen } from './stop-when.js';

const rule = { metric: 'total_ms', interval: 0.05, at_least: 2, at_most: 4 };
const sweep = { on_failure: 'continue', on_loss: 'stop', order: 'interleaved', stop_when: rule } as const;

/** Two combinations, a warm-up of each, and four repeats in rounds. */
function running(): RunRecord {
  const rounds = [0, 1, 2, 3].flatMap((repeat) => [4, 9].map((split) => ({ split, repeat, warmup: false })));
  const all = [...[4, 9].map((split) => ({ split, repeat: 0, warmup: true })), ...rounds];
  const trials = all.map(({ split, repeat, warmup }, index) =>
    trial(index + 1, { parameters: { split }, repeat, warmup, state: 'pending' }),
  );
  return runOf({ trials, sweep, state: 'running' });
}

/** Carries out all trials, as a run does, and gives their numbers. */
async function carriedOut(
  run: RunRecord,
  judge: JudgeRepeats,
): Promise<{ ran: number[]; events: RunEvent[] }> {
  const events: RunEvent[] = [];
  let now = run;
  const take = (event: RunEvent): Promise<void> => {
    events.push(event);
    now = apply(now, { ...event, time: '' } as Parameters<typeof apply>[1]);
    return Promise.resolve();
  };
  const stopWhen = new StopWhen('/run', judge, take);
  await stopWhen.apply(now);
  const ran: number[] = [];
  for (;;) {
    const next = now.trials.find(({ state }) => state === 'pending');
    if (next === undefined) return { ran, events };
    ran.push(next.number);
    const about = { trial: next.number, of: now.trials.length };
    await take({ kind: 'trial.ended', ...about, state: 'complete', seconds: 1 });
    await stopWhen.apply(now, next);
  }
}

const enoughOf =
  (split: number, repeats: number): JudgeRepeats =>
  ({ trials }) =>
    Promise.resolve({
      enough: trials[0]?.parameters.split === split && trials.length >= repeats,
      why: 'tight',
    });

test('the repeats of a combination that is known well enough are skipped, and those of others go on', async () => {
  const { ran, events } = await carriedOut(running(), enoughOf(4, 2));
  // 1 and 2 are warm-ups; 4 is known after its second repeat, trial 5.
  expect(ran).toEqual([1, 2, 3, 4, 5, 6, 8, 10]);
  expect(events.filter(({ kind }) => kind === 'trials.skipped')).toEqual([
    { kind: 'trials.skipped', trials: [7, 9], reason: 'tight' },
  ]);
});

test('no combination is judged before it has its fewest repeats', async () => {
  const asked: number[] = [];
  await carriedOut(running(), (so) => {
    asked.push(so.trials.length);
    return Promise.resolve({ enough: false, why: '' });
  });
  expect(Math.min(...asked)).toBe(2);
});

test('a run that goes on first looks at what is complete', async () => {
  const run = running();
  const trials = run.trials.map((one) => (one.number <= 6 ? { ...one, state: 'complete' as const } : one));
  const { ran } = await carriedOut({ ...run, trials }, enoughOf(9, 2));
  expect(ran).toEqual([7, 9]);
});

test('a metric that nothing records ends no repeats, and is said once', async () => {
  const { ran, events } = await carriedOut(running(), () =>
    Promise.resolve({ unknown: 'no role recorded total_ms' }),
  );
  expect(ran).toHaveLength(10);
  expect(events.filter(({ kind }) => kind === 'run.note')).toEqual([
    { kind: 'run.note', note: 'stop_when cannot end any repeats: no role recorded total_ms' },
  ]);
});

test('without a rule, nothing is judged', async () => {
  const judge = () => Promise.reject(new Error('was asked'));
  const { ran } = await carriedOut({ ...running(), sweep: { on_failure: 'stop', on_loss: 'stop' } }, judge);
  expect(ran).toHaveLength(10);
});
