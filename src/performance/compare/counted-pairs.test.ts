import { expect, test } from 'vitest';
import { compareMetrics } from './compared-metrics.js';
import type { MetricPair } from './pairs.js';

/** Ten repeats of a run; `error` as if they were medians of more values than are kept. */
function metric(values: readonly number[], error: number): MetricPair['a'] {
  const figure = values.reduce((sum, value) => sum + value, 0) / values.length;
  const own = { role: 'client', of: 'results', metric: 'total_ms', unit: 'ms', parameters: {} } as const;
  return { ...own, repeats: values, figure, interval: null, error };
}

function compared(a: MetricPair['a'], b: MetricPair['a']) {
  const [one] = compareMetrics([{ a, b, parameters: {} }], { source: 'experiment', names: ['total_ms'] });
  return one;
}

const exact = Array.from({ length: 10 }, (_, at) => 100 + at * 1e-5);
const counted = exact.map(() => 100.03);

test('a difference within the error of medians from buckets is none', () => {
  const found = compared(metric(exact, 0), metric(counted, 0.05));
  expect(found).toMatchObject({ finding: 'none', p: 1, difference_error: 0.05 });
  expect(found?.interval?.low).toBeLessThan(0);
  expect(found?.interval?.high).toBeGreaterThan(0.05);
  expect(found?.smallest_effect).toBeGreaterThanOrEqual(0.05);
});

test('the same difference between exact medians is found, and a larger one in either direction', () => {
  expect(compared(metric(exact, 0), metric(counted, 0))?.finding).toBe('higher');
  const far = exact.map((value) => value + 1);
  expect(compared(metric(exact, 0.05), metric(far, 0.05))?.finding).toBe('higher');
  expect(compared(metric(far, 0.05), metric(exact, 0.05))?.finding).toBe('lower');
});

test('equal medians from buckets are not called the same', () => {
  const found = compared(metric(counted, 0.05), metric(counted, 0.05));
  expect(found).toMatchObject({ finding: 'none', p: 1, interval: { low: -0.1, high: 0.1 } });
});
