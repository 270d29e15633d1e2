import { expect, test } from 'vitest';
import { runOf, trial } from '../../../tests/fixtures/run-folder.js';
import { trialsAgain } from './trials-again.js';

const sequence = (n: number, repeat: number, warmup = false) => ({ parameters: { n }, repeat, warmup });
const trials = [sequence(1, 0, true), sequence(2, 0, true), sequence(2, 0), sequence(1, 0)].map((one, at) =>
  trial(at + 1, one),
);
const stop_when = { metric: 'a', interval: 0.1, at_least: 2, at_most: 9 };
const sweep = { on_failure: 'continue', on_loss: 'stop', order: 'random', seed: 3, stop_when } as const;
const again = (repeats?: number) => {
  const planned = trialsAgain(runOf({ trials, sweep }), repeats);
  return {
    ...planned,
    trials: planned.trials.map((one) => [one.number, one.parameters.n, one.repeat, one.warmup]),
  };
};

test('all trials of a run, as they were', () => {
  expect(again()).toMatchObject({
    trials: [
      [1, 1, 0, true],
      [2, 2, 0, true],
      [3, 2, 0, false],
      [4, 1, 0, false],
    ],
    seed: 3,
    stopWhen: { metric: 'a', atMost: 9 },
    counted: { combinations: 2, repeats: 1, warmup: 1 },
  });
});

test('more repeats follow as rounds in the order of the combinations, and end by no rule', () => {
  expect(again(3)).toMatchObject({
    trials: [
      [1, 1, 0, true],
      [2, 2, 0, true],
      [3, 2, 0, false],
      [4, 1, 0, false],
      [5, 1, 1, false],
      [6, 2, 1, false],
      [7, 1, 2, false],
      [8, 2, 2, false],
    ],
    stopWhen: null,
    counted: { combinations: 2, repeats: 3, warmup: 1 },
  });
});

test('fewer repeats leave the later ones out', () => {
  const more = runOf({ trials: [0, 1, 2].map((repeat) => trial(repeat + 1, sequence(1, repeat))) });
  expect(trialsAgain(more, 2).trials.map(({ repeat }) => repeat)).toEqual([0, 1]);
});
