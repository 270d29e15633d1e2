import { describe, expect, test } from 'vitest';
import { definitionOf } from '../../../tests/fixtures/experiment-definition.js';
import { CollabError } from '../../errors.js';
import type { Scalar } from '../definition/index.js';
import { parseSet } from './parse-set.js';

const experiment = (parameters: Record<string, Scalar[]>) => ({
  ...definitionOf(),
  parameters: Object.entries(parameters).map(([name, values]) => ({ name, values })),
});

function failure(act: () => unknown): CollabError {
  try {
    act();
  } catch (error) {
    if (error instanceof CollabError) return error;
  }
  throw new Error('no CollabError was thrown');
}

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

  test('a range has both of its ends, in decimal arithmetic', () => {
    const values = (setting: string) => parseSet(typed, [setting]).split?.map(String).join(' ');
    expect(values('split=1..9:2')).toBe('1 3 5 7 9');
    expect(values('split=1..3,7')).toBe('1 2 3 7');
    expect(values('split=0.1..0.5:0.1')).toBe('0.1 0.2 0.3 0.4 0.5');
    expect(values('split=-1..-3:-1')).toBe('-1 -2 -3');
    expect(values('split=1..1000:log4')).toBe('1 10 100 1000');
    expect(parseSet(typed, ['codec=1..3']).codec).toEqual(['1..3']);
  });

  test('a range of a billion values is refused without being made', () => {
    const error = failure(() => parseSet(typed, ['split=1..1000000000']));
    expect(error).toMatchObject({ name: 'too-many-trials', exitCode: 2 });
    expect(error.what).toContain('1000000000 values');
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
    ['split=9..1', 'the range is empty: the step 1 goes up, and 9 is above 1; write step: -1'],
    ['split=1..9:0', 'is 0, so the range would have no end'],
    ['split=1..9:x', '"x" is no step'],
    ['split=1..2.5', 'needs step'],
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
