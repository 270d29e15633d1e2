import { normalCritical } from './normal.js';
import { ascending } from './quantile.js';
import type { Interval } from './student-t.js';

/** Up to this number of pairs, the distribution of U is computed exactly. */
const exactPairs = 2500;

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
 * Rank, counted from each end, of the difference that bounds the interval: the largest k with P(U < k) <= share / 2.
 * 0 if not even the outermost differences form an interval of that confidence.
 */
function excludedFromEachEnd(a: number, b: number, share: number): number {
  const pairs = a * b;
  if (pairs > exactPairs) {
    const sd = Math.sqrt((pairs * (a + b + 1)) / 12);
    return Math.max(0, Math.floor(pairs / 2 - normalCritical(share) * sd));
  }
  const ways = waysOfU(a, b);
  const all = ways.reduce((sum, count) => sum + count, 0);
  let below = 0;
  let place = 0;
  while ((below += ways[place] ?? 0) / all <= share / 2) place++;
  return place;
}

/** Number of orderings without ties for U = 0, 1, 2 ...: the coefficients of the Gaussian binomial. */
function waysOfU(a: number, b: number): Float64Array {
  const ways = new Float64Array(a * b + 1);
  ways[0] = 1;
  for (let i = 1; i <= b; i++) {
    const up = a + i;
    for (let u = ways.length - 1; u >= up; u--) ways[u] = (ways[u] ?? 0) - (ways[u - up] ?? 0);
    for (let u = i; u < ways.length; u++) ways[u] = (ways[u] ?? 0) + (ways[u - i] ?? 0);
  }
  return ways;
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
    const { atMost, below, above } = around(a, b, low + (high - low) / 2);
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
