import { normalCritical } from './normal.js';

/** Up to this number of pairs, the distribution of U is computed exactly. */
const exactPairs = 2500;

/**
 * Rank, counted from each end, of the difference that bounds the interval: the largest k with P(U < k) <= share / 2.
 * 0 if not even the outermost differences form an interval of that confidence.
 */
export function excludedFromEachEnd(a: number, b: number, share: number): number {
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
