import { expect, test } from 'vitest';
import { parseYaml } from '../../workspace/index.js';
import { exactAt, exactValues } from './parameter-values.js';
import { sweepFindings } from './sweep-checks.js';

async function remarks(text: string): Promise<string[]> {
  const yaml = await parseYaml(text);
  const written = {
    parameters: exactValues(yaml),
    combinations: exactAt(yaml, ['combinations']),
    exclude: exactAt(yaml, ['exclude']),
  };
  const found = sweepFindings(yaml.value, written);
  expect(found.faults).toEqual([]);
  return found.remarks.map(({ path, message }) => `${yaml.lineOf(path)} ${path.join('.')}: ${message}`);
}

test('an exclusion that matches nothing is a remark', async () => {
  expect(await remarks('parameters: { a: [1, 2] }\nexclude:\n  - { a: 2.0 }\n  - { a: 3 }\n')).toEqual([
    '4 exclude.1: no combination has these values, so nothing is excluded by it',
  ]);
});

test('a range whose end no step reaches, and a seed without a random order, are remarks', async () => {
  expect(await remarks('parameters:\n  a: { from: 0, to: 10, step: 4 }\nseed: 3\n')).toEqual([
    '3 seed: it has no effect without order: random',
    '2 parameters.a.to: no step ends at 10: the last value is 8',
  ]);
});

test('a value that no explicit combination has is a remark', async () => {
  const text = 'parameters:\n  a: [1, 2]\n  b: [x, z]\ncombinations: [{ a: 1, b: x }, { a: 1, b: y }]\n';
  expect(await remarks(text)).toEqual([
    '2 parameters.a.1: no combination has 2, so it does not run',
    '3 parameters.b.1: no combination has z, so it does not run',
  ]);
});
