import { describe, expect, test } from 'vitest';
import { definitionOf } from '../../../tests/fixtures/experiment-definition.js';
import { CollabError } from '../../errors.js';
import type { ExperimentDefinition, Scalar } from '../definition/index.js';
import { planTrials, type TrialOverrides } from './plan-trials.js';

function experiment(parameters: Record<string, Scalar[]>, repeats = 1, warmup = 0): ExperimentDefinition {
  return {
    ...definitionOf(),
    name: 'split-inference',
    parameters: Object.entries(parameters).map(([name, values]) => ({ name, values })),
    repeats,
    warmup,
    order: 'sequential',
  };
}
const split = experiment({ split: [0, 4], codec: ['raw', 'zlib'] }, 2, 1);

function failure(act: () => unknown): CollabError {
  try {
    act();
  } catch (error) {
    if (error instanceof CollabError) return error;
  }
  throw new Error('no CollabError was thrown');
}

describe('planTrials', () => {
  test('in sequence, every combination, warm-up first, numbered from 1, varying the last parameter fastest', () => {
    const lines = planTrials(split).trials.map(
      (t) =>
        `${t.number} ${Object.values(t.parameters).join(' ')} ${t.warmup ? 'warmup' : 'repeat'} ${t.repeat}`,
    );
    expect(lines).toEqual([
      '1 0 raw warmup 0',
      '2 0 raw repeat 0',
      '3 0 raw repeat 1',
      '4 0 zlib warmup 0',
      '5 0 zlib repeat 0',
      '6 0 zlib repeat 1',
      '7 4 raw warmup 0',
      '8 4 raw repeat 0',
      '9 4 raw repeat 1',
      '10 4 zlib warmup 0',
      '11 4 zlib repeat 0',
      '12 4 zlib repeat 1',
    ]);
  });

  test('an experiment without parameters gets its repeats', () => {
    expect(planTrials(experiment({}, 2)).trials).toEqual([
      { number: 1, parameters: {}, repeat: 0, warmup: false },
      { number: 2, parameters: {}, repeat: 1, warmup: false },
    ]);
  });

  test('overrides replace values, repeats and warm-up, and may add undeclared values', () => {
    const { trials } = planTrials(split, { set: { split: [7] }, repeats: 1, warmup: 0 });
    expect(trials.map((t) => t.parameters)).toEqual([
      { split: 7, codec: 'raw' },
      { split: 7, codec: 'zlib' },
    ]);
  });

  test('rejects an unknown parameter and lists the known ones', () => {
    const error = failure(() => planTrials(split, { set: { splt: [1] } }));
    expect(error).toMatchObject({ name: 'unknown-parameter', exitCode: 2 });
    expect(error.what).toContain('Did you mean "split"?');
    expect(error.why).toBe('Its parameters: split, codec.');
    expect(failure(() => planTrials(experiment({}), { set: { a: [1] } })).why).toBe(
      'It declares no parameters.',
    );
  });

  test.each([{ repeats: 0 }, { repeats: 1.5 }, { repeats: NaN }, { warmup: -1 }])(
    'rejects %j',
    (overrides) => {
      expect(failure(() => planTrials(split, overrides))).toMatchObject({
        name: 'invalid-count',
        exitCode: 2,
      });
    },
  );

  test('rejects more trials than a run may have before creating them', () => {
    const values = Array.from({ length: 100 }, (_, i) => i);
    const error = failure(() => planTrials(split, { set: { split: values, codec: values }, repeats: 1000 }));
    expect(error).toMatchObject({ name: 'too-many-trials', exitCode: 2 });
  });

  const linesOf = (definition: ExperimentDefinition, overrides: TrialOverrides = {}, random = () => 0.5) =>
    planTrials(definition, overrides, random).trials.map(
      ({ parameters, repeat, warmup }) =>
        `${Object.values(parameters).map(String).join(' ')} ${warmup ? 'w' : 'r'}${repeat}`,
    );

  test('interleaved, each repeat of every combination comes before the next one, warm-ups first', () => {
    expect(linesOf({ ...experiment({ a: [1, 2] }, 2, 1), order: 'interleaved' })).toEqual([
      '1 w0',
      '2 w0',
      '1 r0',
      '2 r0',
      '1 r1',
      '2 r1',
    ]);
  });

  test('random rounds have every combination once, and the same order for the same seed', () => {
    const many = experiment({ a: [1, 2, 3, 4, 5, 6, 7, 8] }, 3);
    const seeded = (seed: number) => linesOf(many, { order: 'random', seed });
    expect(seeded(7)).toEqual(seeded(7));
    expect(seeded(7)).not.toEqual(seeded(8));
    const rounds = [0, 1, 2].map((repeat) => seeded(7).slice(repeat * 8, repeat * 8 + 8));
    for (const [repeat, round] of rounds.entries())
      expect([...round].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((a) => `${a} r${repeat}`));
    expect(rounds[0]?.map((one) => one[0])).not.toEqual(rounds[1]?.map((one) => one[0]));
    expect(planTrials(many, { order: 'random' }, () => 0.5)).toMatchObject({
      seed: 2 ** 31,
      order: 'random',
    });
    expect(planTrials(many)).toMatchObject({ seed: null, order: 'sequential' });
  });

  test.each([
    [{ seed: 1 }, '--seed has no effect'],
    [{ seed: -1, order: 'random' as const }, '--seed must be a whole number'],
  ])('rejects %j', (overrides, what) => {
    const error = failure(() => planTrials(split, overrides));
    expect(error).toMatchObject({ name: 'invalid-seed', exitCode: 2 });
    expect(error.what).toContain(what);
  });

  test('explicit combinations stand instead of the product of their parameters', () => {
    const combined = {
      ...experiment({ split: [0, 4], codec: ['raw'], batch: [1, 8] }),
      combinations: [
        { codec: 'raw', split: 0 },
        { codec: 'zlib', split: 4 },
      ],
    };
    expect(linesOf(combined)).toEqual(['0 raw 1 r0', '0 raw 8 r0', '4 zlib 1 r0', '4 zlib 8 r0']);
    expect(linesOf(combined, { set: { batch: [2] } })).toEqual(['0 raw 2 r0', '4 zlib 2 r0']);
    // A parameter that is set is no longer combined.
    expect(linesOf(combined, { set: { split: [7, 9], batch: [1] } })).toEqual([
      '7 raw 1 r0',
      '7 zlib 1 r0',
      '9 raw 1 r0',
      '9 zlib 1 r0',
    ]);
    expect(linesOf(combined, { set: { split: [7], codec: ['raw', 'jpeg'], batch: [1] } })).toEqual([
      '7 raw 1 r0',
      '7 jpeg 1 r0',
    ]);
  });

  test('what is excluded does not run; excluding everything is an error', () => {
    const without = { ...split, exclude: [{ split: 4, codec: 'raw' }], warmup: 0, repeats: 1 };
    expect(linesOf(without)).toEqual(['0 raw r0', '0 zlib r0', '4 zlib r0']);
    const { counted } = planTrials(without);
    expect(counted).toEqual({ product: '2 x 2', combinations: 3, excluded: 1, repeats: 1, warmup: 0 });
    const error = failure(() => planTrials(without, { set: { split: [4], codec: ['raw'] } }));
    expect(error).toMatchObject({ name: 'nothing-to-run', exitCode: 2 });
  });

  test('with stop_when, as many repeats are planned as it allows; --repeats means just so many', () => {
    const stopWhen = { metric: 'total_ms', interval: 0.05, atLeast: 5, atMost: 20 };
    const stopping = { ...experiment({ a: [1, 2] }), stopWhen };
    expect(planTrials(stopping)).toMatchObject({ stopWhen, trials: { length: 40 } });
    expect(planTrials(stopping, { repeats: 3 })).toMatchObject({ stopWhen: null, trials: { length: 6 } });
  });

  test('a million combinations are counted, and how they came about is said', () => {
    const values = (count: number) => Array.from({ length: count }, (_, index) => index);
    const error = failure(() => planTrials(experiment({ a: values(10), b: values(100), c: values(1000) })));
    expect(error.what).toContain('1000000 trials (10 x 100 x 1000 combinations, each once)');
  });
});
