import { Running } from './running.js';
import { type Interval, tBothTails, tCritical } from './student-t.js';

/** By how much the mean of `b` is larger than that of `a`, and how well that is known, for spreads that may differ. */
interface MeanDifference {
  readonly difference: number;
  /** Standard error. */
  readonly error: number;
  /** Of freedom (Welch and Satterthwaite). */
  readonly degrees: number;
}

/** @returns null for fewer than two values in either */
function differenceOf(a: readonly number[], b: readonly number[]): MeanDifference | null {
  const [left, right] = [a, b].map((values) => {
    const running = new Running();
    for (const value of values) running.add(value);
    return { mean: running.mean ?? 0, n: values.length, ofMean: (running.sd ?? 0) ** 2 / values.length };
  });
  if (left === undefined || right === undefined || left.n < 2 || right.n < 2) return null;
  const variance = left.ofMean + right.ofMean;
  const degrees =
    variance === 0
      ? left.n + right.n - 2
      : variance ** 2 / (left.ofMean ** 2 / (left.n - 1) + right.ofMean ** 2 / (right.n - 1));
  return { difference: right.mean - left.mean, error: Math.sqrt(variance), degrees };
}

/**
 * Confidence interval of the difference of two means by Welch's t (Biometrika 34, 1947): unlike a rank test, it allows for
 * spreads that differ, also where the numbers of values do.
 */
export function welchInterval(
  a: readonly number[],
  b: readonly number[],
  confidence = 0.95,
): Interval | null {
  const found = differenceOf(a, b);
  if (found === null) return null;
  const half = found.error === 0 ? 0 : tCritical(found.degrees, 1 - confidence) * found.error;
  return { low: found.difference - half, high: found.difference + half };
}

/** Two-sided probability of such a difference of means if the true one is `of`; null for fewer than two values in either. */
export function welchP(a: readonly number[], b: readonly number[], of = 0): number | null {
  const found = differenceOf(a, b);
  if (found === null) return null;
  const beyond = Math.abs(found.difference - of);
  if (found.error === 0) return beyond === 0 ? 1 : 0;
  return tBothTails(beyond / found.error, found.degrees);
}
