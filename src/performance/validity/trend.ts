import { median, normalBothTails } from '../statistics/index.js';

interface Point {
  readonly at: number;
  readonly value: number;
}

interface Trend {
  /** Change from the first to the last value: median slope (Theil-Sen) times the distance between them. */
  readonly change: number;
  /** Two-sided, normal approximation with continuity correction. */
  readonly p: number;
  readonly values: number;
}

/**
 * The Mann-Kendall test for a trend over several strata (Hirsch, Slack and Smith 1982, without correction for ties). Values
 * are compared only within a stratum, so strata may have different levels.
 * @returns null for fewer than four values in strata of at least two
 */
export function trendOf(strata: readonly (readonly Point[])[]): Trend | null {
  let score = 0;
  let variance = 0;
  let values = 0;
  const slopes: number[] = [];
  let from = Infinity;
  let until = -Infinity;
  for (const stratum of strata) {
    const n = stratum.length;
    if (n < 2) continue;
    values += n;
    variance += varianceOf(n);
    for (const [index, later] of stratum.entries()) {
      from = Math.min(from, later.at);
      until = Math.max(until, later.at);
      for (const earlier of stratum.slice(0, index)) {
        score += Math.sign(later.value - earlier.value);
        slopes.push((later.value - earlier.value) / (later.at - earlier.at));
      }
    }
  }
  if (values < fewestValues) return null;
  return { change: median(slopes) * (until - from), p: pOf(score, variance), values };
}

/** The p of a trend over strata with so many values each, all of which rise: no values have a smaller one. */
export function smallestP(counts: readonly number[]): number {
  const strata = counts.filter((n) => n >= 2);
  if (strata.reduce((sum, n) => sum + n, 0) < fewestValues) return 1;
  const score = strata.reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  return pOf(
    score,
    strata.reduce((sum, n) => sum + varianceOf(n), 0),
  );
}

const fewestValues = 4;

/** Variance of the score of n values in random order. */
const varianceOf = (n: number) => (n * (n - 1) * (2 * n + 5)) / 18;

function pOf(score: number, variance: number): number {
  return normalBothTails(score === 0 ? 0 : (Math.abs(score) - 1) / Math.sqrt(variance));
}
