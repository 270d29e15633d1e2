import { incompleteBeta } from './incomplete-beta.js';

/** Share of Student's t distribution that lies beyond +-t, both ends together. */
export function tBothTails(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/**
 * The t beyond which, at both ends together, `share` of the distribution lies: 12.706 for one degree and 0.05.
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

/** An interval that holds the true value with the confidence asked for. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Confidence interval of a mean by Student's t: right for values that are independent and, when they are few, about normal.
 * @returns null below two values, whose spread nobody knows
 */
export function meanInterval(
  { n, mean, sd }: { n: number; mean: number | null; sd: number | null },
  confidence = 0.95,
): Interval | null {
  if (n < 2 || mean === null || sd === null) return null;
  const half = (tCritical(n - 1, 1 - confidence) * sd) / Math.sqrt(n);
  return { low: mean - half, high: mean + half };
}
