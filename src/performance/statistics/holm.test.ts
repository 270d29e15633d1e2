import { expect, test } from 'vitest';
import { holm } from './holm.js';

const rounded = (pValues: readonly number[]) => holm(pValues).map((p) => Number(p.toFixed(6)));

test("corrected p-values as R's p.adjust(method = 'holm') gives them", () => {
  expect(rounded([0.01, 0.02, 0.03, 0.04, 0.05])).toEqual([0.05, 0.08, 0.09, 0.09, 0.09]);
  expect(rounded([0.5, 0.005, 0.1])).toEqual([0.5, 0.015, 0.2]);
  expect(rounded([0.04, 0.9, 0.6])).toEqual([0.12, 1, 1]);
  expect(holm([])).toEqual([]);
});
