import { expect, test } from 'vitest';
import { jsonText, ValueType } from './value-type.js';

const long = 1763729581123456789n;

test.each<[string, readonly unknown[]]>([
  ['text', []],
  ['number', [1, null, 2.5]],
  ['integer', [1, long, null]],
  ['integer', [long]],
  // A column of doubles holds the fractions, and rounds the integer.
  ['number', [0.5, long]],
  ['number', [long, 2 ** 60]],
  ['any', [long, 2n ** 63n]],
  // numpy has no other value for a missing integer.
  ['any', [-(2n ** 63n)]],
  ['any', [long, 'text']],
])('%s for case %#', (expected, values) => {
  const whole = new ValueType();
  for (const value of values) whole.see(value);
  expect(whole.type).toBe(expected);
  const merged = new ValueType();
  for (const value of [...values].reverse()) {
    const part = new ValueType();
    part.see(value);
    merged.merge(part);
  }
  expect(merged.type).toBe(expected);
});

test('JSON has every digit of an integer', () => {
  expect(jsonText(long)).toBe('1763729581123456789');
  expect(jsonText({ a: 1 })).toBe('{"a":1}');
});
