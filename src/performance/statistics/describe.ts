import { ascending, quantileOf } from './quantile.js';
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

export interface Described {
  readonly description: Description;
  /** Tukey's fences: a value more than 1.5 interquartile ranges beyond a quartile is an outlier. */
  readonly fences: Interval;
}

/** Null if there are no values. */
export function describe(values: Iterable<number>): Description | null {
  return describeSorted(ascending(values))?.description ?? null;
}

/** @param sorted ascending */
export function describeSorted(sorted: Float64Array): Described | null {
  const running = new Running();
  for (const value of sorted) running.add(value);
  return describeRanks(
    running,
    (rank) => sorted[rank] ?? Number.NaN,
    ({ low, high }) => sorted.reduce((count, value) => count + Number(value < low || value > high), 0),
  );
}

/**
 * @param at the value of a rank, from 0
 * @param outside counts the values outside of an interval
 */
export function describeRanks(
  { n, mean, sd, min, max }: Running,
  at: (rank: number) => number,
  outside: (fences: Interval) => number,
): Described | null {
  if (mean === null || min === null || max === null) return null;
  const quantile = (share: number) => quantileOf(n, at, share);
  const [lower, upper] = [quantile(0.25), quantile(0.75)];
  const reach = 1.5 * (upper - lower);
  const fences = { low: lower - reach, high: upper + reach };
  const description = {
    n,
    mean,
    sd,
    interval: meanInterval({ n, mean, sd }),
    median: quantile(0.5),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    min,
    max,
    outliers: outside(fences),
  };
  return { description, fences };
}
