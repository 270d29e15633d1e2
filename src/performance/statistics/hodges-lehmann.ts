import { ascending } from './quantile.js';
import type { Interval } from './student-t.js';
import { excludedFromEachEnd } from './u-distribution.js';

export interface Shift {
  /** Median of all differences, a value of `b` minus a value of `a`. */
  readonly estimate: number;
  /** Confidence interval from inverting the Mann-Whitney test; null if there are too few values. */
  readonly interval: Interval | null;
}

/**
 * By how much values of `b` are larger than those of `a`: the Hodges-Lehmann estimate, with the interval of all shifts
 * that the Mann-Whitney test does not reject. Makes no assumption about the distribution. 3 against 3 values have no
 * 95 % interval, 4 against 4 do.
 * @returns null if either is empty
 */
export function hodgesLehmann(a: readonly number[], b: readonly number[], confidence = 0.95): Shift | null {
  const pairs = a.length * b.length;
  if (pairs === 0) return null;
  const [low, high] = [ascending(a), ascending(b)];
  const difference = (place: number) => kthDifference(low, high, place);
  const estimate = (difference(Math.floor((pairs + 1) / 2)) + difference(Math.floor(pairs / 2) + 1)) / 2;
  const excluded = excludedFromEachEnd(a.length, b.length, 1 - confidence);
  const interval =
    excluded < 1 ? null : { low: difference(excluded), high: difference(pairs + 1 - excluded) };
  return { estimate, interval };
}

/**
 * The k-th smallest of all differences by bisection, without listing them all.
 * @param a ascending
 * @param b ascending
 * @param k 1 to a.length * b.length
 */
function kthDifference(a: Float64Array, b: Float64Array, k: number): number {
  let low = (b[0] ?? 0) - (a[a.length - 1] ?? 0);
  let high = (b[b.length - 1] ?? 0) - (a[0] ?? 0);
  while (low < high) {
    const middle = low + (high - low) / 2;
    // Between two neighboring numbers there is none: the middle is rounded to one of them, and from the upper one nothing follows.
    const { atMost, below, above } = around(a, b, middle < high ? middle : low);
    if (atMost >= k) high = below;
    else low = above;
  }
  return high;
}

/** Number of differences up to `limit`, the largest of them, and the smallest above it. */
function around(a: Float64Array, b: Float64Array, limit: number) {
  let [atMost, below, above, upTo] = [0, -Infinity, Infinity, 0];
  for (const value of a) {
    while (upTo < b.length && (b[upTo] ?? 0) - value <= limit) upTo++;
    atMost += upTo;
    if (upTo > 0) below = Math.max(below, (b[upTo - 1] ?? 0) - value);
    if (upTo < b.length) above = Math.min(above, (b[upTo] ?? 0) - value);
  }
  return { atMost, below, above };
}
