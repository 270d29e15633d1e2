import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Every number of a nested result, rounded to hide differences between versions of numpy and scipy. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(9));
  if (Array.isArray(value)) return value.map(rounded);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rounded(one)]));
}

it('the expected results of our statistics match the numpy and scipy of this machine', () => {
  const cases = JSON.parse(
    readFileSync(here('../../src/performance/statistics/fixtures/cases.json'), 'utf8'),
  ) as Record<'asked' | 'answers', unknown>;
  const answers = execFileSync('/usr/bin/python3', [here('../fixtures/scipy_cases.py')], {
    input: JSON.stringify(cases.asked),
    encoding: 'utf8',
  });
  expect(rounded(JSON.parse(answers))).toEqual(rounded(cases.answers));
});
