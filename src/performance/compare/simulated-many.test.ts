import { expect, test } from 'vitest';
import { normalFrom, randomFrom } from '../statistics/random.js';
import { holm } from '../statistics/index.js';
import { metricsOfMany, pairsOfMany } from './metrics-of-many.js';
import { combinationsOfAll, type Metric } from './pairs.js';

const families = 400;
const combinations = 2;
const repeats = 10;
const noise = 0.03;
const seed = 123;
/** Three standard errors of a share of 5 % of so many families. */
const error = 3 * Math.sqrt((0.05 * 0.95) / families);

/** What is tested of each of these families: runs other than the baseline, with the finding at each combination. */
function* simulated(runs: number, factorOf: (run: number) => number) {
  const normal = normalFrom(randomFrom(seed + runs));
  const metricOf = (factor: number, split: number): Metric => {
    const values = Array.from({ length: repeats }, () => 100 * factor * (1 + noise * normal()));
    const figure = values.reduce((sum, value) => sum + value, 0) / repeats;
    const own = { role: 'client', of: 'results', metric: 'total_ms', unit: 'ms', interval: null } as const;
    return { ...own, parameters: { split }, repeats: values, figure, error: 0 };
  };
  for (let family = 0; family < families; family += 1) {
    const metrics = Array.from(
      { length: runs },
      (_, run) =>
        new Map(
          Array.from({ length: combinations }, (__, split) => [
            String(split),
            metricOf(factorOf(run), split),
          ]),
        ),
    );
    const pairs = pairsOfMany(metrics, combinationsOfAll([]));
    const found = metricsOfMany(metrics, pairs, { source: 'experiment', names: ['total_ms'] }, holm);
    yield found.flatMap(({ against }) =>
      against.flatMap((one, run) => (one === null ? [] : [{ run, finding: one.finding }])),
    );
  }
}

const isClaim = ({ finding }: { finding: string }) => finding === 'higher' || finding === 'lower';

test.each([3, 4, 5, 6])('%d runs without a difference: any claim in at most 5 of 100 families', (runs) => {
  const all = [...simulated(runs, () => 1)];
  expect(all[0]).toHaveLength((runs - 1) * combinations);
  const share = all.filter((found) => found.some(isClaim)).length / families;
  expect(share).toBeLessThanOrEqual(0.05 + error);
});

test('runs that differ do not lead to claims about the one that does not', () => {
  const all = [...simulated(5, (run) => (run < 4 ? (run === 0 ? 1 : 1.3) : 1))];
  const share = all.filter((found) => found.some((one) => one.run === 4 && isClaim(one))).length / families;
  expect(share).toBeLessThanOrEqual(0.05 + error);
  // That they do not hide a difference either: the power among eight tests is that of the remaining ones.
  expect(all.every((found) => found.filter((one) => one.run < 4).every(isClaim))).toBe(true);
});

test('one of four runs 5 % higher at 3 % of noise: found at a combination in 4 of 5 families', () => {
  const all = [...simulated(4, (run) => (run === 2 ? 1.05 : 1))];
  const found = all.filter((one) => one.some(({ run, finding }) => run === 2 && finding === 'higher'));
  expect(found.length / families).toBeGreaterThanOrEqual(0.8);
});
