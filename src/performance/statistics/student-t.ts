import { incompleteBeta } from './incomplete-beta.js';

/** Two-sided tail probability of Student's t distribution beyond +-t. */
export function tBothTails(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/**
 * The t with a two-sided tail probability of `share`: 12.706 for one degree of freedom and 0.05.
 * @param degrees degrees of freedom, at least 1
 * @param share above 0, below 1
 */
export function tCritical(degrees: number, share: number): number {
  let low = 0;
  let high = 1;
  while (tBothTails(high, degrees) > share) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (tBothTails(middle, degrees) > share) low = middle;
    else high = middle;
  }
}

/** A confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Confidence interval of a mean by Student's t, for independent values; small samples must be roughly normal.
 * @returns null for fewer than two values
 */
export function meanInterval(
  { n, mean, sd }: { n: number; mean: number | null; sd: number | null },
  confidence = 0.95,
): Interval | null {
  if (n < 2 || mean === null || sd === null) return null;
  const half = (tCritical(n - 1, 1 - confidence) * sd) / Math.sqrt(n);
  return { low: mean - half, high: mean + half };
}
