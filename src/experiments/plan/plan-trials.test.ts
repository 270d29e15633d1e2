import { describe, expect, test } from 'vitest';
import { CollabError } from '../../errors.js';
import type { ExperimentDefinition, Scalar } from '../definition/index.js';
import { parseSet, planTrials } from './plan-trials.js';

function experiment(parameters: Record<string, Scalar[]>, repeats = 1, warmup = 0): ExperimentDefinition {
  return {
    name: 'split-inference',
    description: null,
    roles: [],
    parameters: Object.entries(parameters).map(([name, values]) => ({ name, values })),
    primary: [],
    repeats,
    warmup,
    samplingS: 0.1,
    metrics: [],
    idleS: 2,
    timeoutS: 600,
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
  test('plans every combination, warm-up first, numbered from 1, varying the last parameter fastest', () => {
    const lines = planTrials(split).map(
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
    expect(planTrials(experiment({}, 2))).toEqual([
      { number: 1, parameters: {}, repeat: 0, warmup: false },
      { number: 2, parameters: {}, repeat: 1, warmup: false },
    ]);
  });

  test('overrides replace values, repeats and warm-up, and may add undeclared values', () => {
    const trials = planTrials(split, { set: { split: [7] }, repeats: 1, warmup: 0 });
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
});

describe('parseSet', () => {
  const typed = experiment({
    split: [0, 4],
    codec: ['raw'],
    fast: [true],
    mixed: ['auto', 1],
    version: ['1'],
  });

  test('values get the type of the declared ones', () => {
    expect(
      parseSet(typed, ['split=2, 4.5', 'codec=zlib', 'fast=false,true', 'mixed=auto,3', 'version=2']),
    ).toEqual({ split: [2, 4.5], codec: ['zlib'], fast: [false, true], mixed: ['auto', 3], version: ['2'] });
  });

  test('a parameter given twice gets the values of both, without duplicates', () => {
    expect(parseSet(typed, ['split=2,2', 'split=2,9'])).toEqual({ split: [2, 9] });
  });

  test('numbers keep all that was typed, and one value is taken once however it is written', () => {
    const { split = [] } = parseSet(typed, ['split=14566578812345678901,1.0,1e3,0x10,-0.50', 'split=1,1000']);
    expect(split.map(String)).toEqual(['14566578812345678901', '1.0', '1e3', '16', '-0.50']);
  });

  test('only the first equals sign separates name and value', () => {
    expect(parseSet(typed, ['codec=a=b'])).toEqual({ codec: ['a=b'] });
  });

  test.each([
    ['split', 'needs a name'],
    ['=2', 'needs a name'],
    ['split=', 'empty'],
    ['split=2,,4', 'empty'],
    ['split=two', '"two" is not a number; split is declared as 0, 4.'],
    ['split=Infinity', 'is not a number'],
    ['split=1_000', 'is not a number'],
    ['split=1e999', 'A value is beyond the range of floating-point numbers'],
    [
      'mixed=0.12345678901234567890',
      'more digits than a floating-point number: code would read 0.12345678901234568',
    ],
    ['fast=yes', '"yes" is not true or false; fast is declared as true.'],
  ])('rejects %s: %s', (setting, why) => {
    const error = failure(() => parseSet(typed, [setting]));
    expect(error).toMatchObject({ name: 'invalid-set', exitCode: 2 });
    expect(error.why).toContain(why);
  });

  test('rejects an unknown name with a suggestion', () => {
    const error = failure(() => parseSet(typed, ['codex=raw']));
    expect(error).toMatchObject({ name: 'unknown-parameter', exitCode: 2 });
    expect(error.what).toContain('Did you mean "codec"?');
  });
});
