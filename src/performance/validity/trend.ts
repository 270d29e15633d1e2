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
    variance += (n * (n - 1) * (2 * n + 5)) / 18;
    for (const [index, later] of stratum.entries()) {
      from = Math.min(from, later.at);
      until = Math.max(until, later.at);
      for (const earlier of stratum.slice(0, index)) {
        score += Math.sign(later.value - earlier.value);
        slopes.push((later.value - earlier.value) / (later.at - earlier.at));
      }
    }
  }
  if (values < 4) return null;
  const z = score === 0 ? 0 : (Math.abs(score) - 1) / Math.sqrt(variance);
  return { change: median(slopes) * (until - from), p: normalBothTails(z), values };
}
