import { ascending, quantile } from './quantile.js';
import { Running } from './running.js';
import { type Interval, meanInterval } from './student-t.js';

/** Descriptive statistics, equal to those of numpy and scipy; the spread needs at least two values. */
export interface Description {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1). */
  readonly sd: number | null;
  /** 95 % confidence interval of the mean, by Student's t. */
  readonly interval: Interval | null;
  readonly median: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly min: number;
  readonly max: number;
  /** Number of values outside `fences`. All other statistics include them. */
  readonly outliers: number;
}

/** Null if there are no values. */
export function describe(values: Iterable<number>): Description | null {
  const sorted = ascending(values);
  if (sorted.length === 0) return null;
  const running = new Running();
  for (const value of sorted) running.add(value);
  const { n, mean, sd } = running;
  if (mean === null) return null;
  const { low, high } = fences(sorted);
  return {
    n,
    mean,
    sd,
    interval: meanInterval({ n, mean, sd }),
    median: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    outliers: sorted.reduce((count, value) => count + Number(value < low || value > high), 0),
  };
}

/**
 * Tukey's fences: a value more than 1.5 interquartile ranges below the first or above the third quartile is an
 * outlier.
 * @param sorted at least one value, ascending
 */
export function fences(sorted: ArrayLike<number>): Interval {
  const lower = quantile(sorted, 0.25);
  const upper = quantile(sorted, 0.75);
  const reach = 1.5 * (upper - lower);
  return { low: lower - reach, high: upper + reach };
}
