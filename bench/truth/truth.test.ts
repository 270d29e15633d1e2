import { expect, it } from 'vitest';
import { holds, type Truth, truthTable } from './truth.js';

const truth = (claim: number | string): Truth => ({
  area: 'cpu',
  tried: 'a busy loop',
  unit: 's',
  claim,
  truth: 2,
  allowed: 0.25,
  how: 'Its own clock.',
});

it('a claim holds within its bound; one without a figure only where the kernel may not tell', () => {
  expect([2.25, 1.75].map((claim) => holds(truth(claim)))).toEqual([true, true]);
  expect(holds(truth('unavailable'))).toBe(false);
  expect(holds({ ...truth('estimated'), mayBeUnknown: true })).toBe(true);
  expect([2.26, 0, NaN].map((claim) => holds(truth(claim)))).toEqual([false, false, false]);
});

it('the table shows claim, truth, deviation and how the truth is known', () => {
  const lines = truthTable([truth(2.5), truth('unavailable')]).split('\n');
  expect(lines[2]).toMatch(
    /\| cpu +\| a busy loop \(1\) \| 2\.5 s +\| 2 s +\| 0\.5 s \(25 %\) \| ±0\.25 s \| \*\*no\*\* \|/,
  );
  expect(lines[3]).toMatch(/unavailable \| 2 s +\| +\| ±0\.25 s \| \*\*no\*\*/);
  expect(lines.at(-1)).toBe('1. Its own clock.');
});
