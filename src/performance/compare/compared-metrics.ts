import {
  falseDiscovery,
  hodgesLehmann,
  type Interval,
  mannWhitney,
  Running,
  smallestEffect,
} from '../statistics/index.js';
import { isPrimary, type PrimaryChoice } from './families.js';
import type { MetricPair } from './pairs.js';

const significance = 0.05;

/**
 * `same`: all repeats of both runs have the same value. `too few`: too few repeats for any test. `perhaps`: p is below 5 %,
 * but not after correction for the number of tests of its family.
 */
export type MetricFinding = 'higher' | 'lower' | 'perhaps' | 'none' | 'same' | 'too few';

/** One metric of run B compared with that of run A. */
export interface MetricComparison {
  readonly role: string;
  /** Whether the role recorded it, or it is a total from the wrapper. */
  readonly of: 'results' | 'roles';
  readonly metric: string;
  readonly unit: string | null;
  readonly parameters: MetricPair['parameters'];
  readonly repeats: { readonly a: number; readonly b: number };
  /** Means over the repeats, each with the median of its rows: the figures that `show` and the reports show. */
  readonly a: number;
  readonly b: number;
  /** B minus A (Hodges-Lehmann). */
  readonly difference: number;
  /**
   * How far the difference may be from that of the true values: 0, unless a run has too many rows to keep, and its medians
   * are only known within 0.05 %. `interval`, `p`, `smallest_effect`, and `finding` allow for it.
   */
  readonly difference_error: number;
  /** 95 % interval of the difference; null for fewer than four repeats. */
  readonly interval: Interval | null;
  /** Difference as a share of A; null if A is 0. */
  readonly relative: number | null;
  /** Mann-Whitney, two-sided. */
  readonly p: number;
  /** Corrected for the tests of its family (Benjamini-Hochberg); null if not tested. */
  readonly p_adjusted: number | null;
  /** Metrics that decide, or all others. */
  readonly family: 'primary' | 'other';
  /** Number of tests of its family. */
  readonly family_tests: number;
  /**
   * The smallest difference that so many repeats would have found in 80 % of comparisons, two-sided and corrected for the
   * family as its only difference, for normal noise with the spread that both runs have; 0 if they have none. Null if none
   * could have been found with so few repeats.
   */
  readonly smallest_effect: number | null;
  /** The same as a share of A; null if A is 0. */
  readonly smallest_effect_relative: number | null;
  readonly finding: MetricFinding;
}

/** Tests each pair, and corrects each family for its own tests only (Benjamini-Hochberg). */
export function compareMetrics(pairs: readonly MetricPair[], choice: PrimaryChoice): MetricComparison[] {
  return comparePairs(pairs, choice, falseDiscovery).map(({ one }) => one);
}

/** The same with another correction; each comparison with its pair. */
export function comparePairs<Pair extends MetricPair>(
  pairs: readonly Pair[],
  choice: PrimaryChoice,
  correct: (pValues: readonly number[]) => number[],
): { pair: Pair; one: MetricComparison }[] {
  const tested = pairs.map((pair) => {
    const family: MetricComparison['family'] = isPrimary(choice, pair.a) ? 'primary' : 'other';
    return { pair, one: { ...test(pair), family } };
  });
  return (['primary', 'other'] as const).flatMap((family) => {
    const own = tested.filter(({ one }) => one.family === family);
    const testable = own.filter(({ one }) => one.finding === 'none');
    const adjusted = correct(testable.map(({ one }) => one.p));
    const byTest = new Map(testable.map(({ one }, at) => [one, adjusted[at] ?? 1]));
    return own.map(({ pair, one }) => ({
      pair,
      one: judged({ ...one, ...effectOf(pair, testable.length) }, byTest.get(one) ?? null),
    }));
  });
}

type Effect = Pick<MetricComparison, 'family_tests' | 'smallest_effect' | 'smallest_effect_relative'>;

function effectOf({ a, b }: MetricPair, tests: number): Effect {
  const spread = pooledSd(a.repeats, b.repeats);
  const factor = smallestEffect(a.repeats.length, b.repeats.length, significance / Math.max(1, tests));
  const effect = spread === null || factor === null ? null : factor * spread + a.error + b.error;
  const left = Math.abs(a.figure);
  return {
    family_tests: tests,
    smallest_effect: effect,
    smallest_effect_relative: effect === null || left === 0 ? null : effect / left,
  };
}

/** Standard deviation within the runs; null if there are no two values in one. */
function pooledSd(a: readonly number[], b: readonly number[]): number | null {
  let squares = 0;
  for (const values of [a, b]) {
    const running = new Running();
    for (const value of values) running.add(value);
    squares += (values.length - 1) * (running.sd ?? 0) ** 2;
  }
  const degrees = a.length + b.length - 2;
  return degrees < 1 ? null : Math.sqrt(squares / degrees);
}

function test({ a, b, parameters }: MetricPair): Omit<MetricComparison, keyof Effect | 'family'> {
  const [left, right] = [a.figure, b.figure];
  const shift = hodgesLehmann(a.repeats, b.repeats);
  const error = a.error + b.error;
  const all = [...a.repeats, ...b.repeats];
  const finding =
    new Set(all).size === 1 && error === 0
      ? 'same'
      : canBeSignificant(a.repeats.length, b.repeats.length)
        ? 'none'
        : 'too few';
  const difference = shift?.estimate ?? right - left;
  return {
    role: a.role,
    of: a.of,
    metric: a.metric,
    unit: a.unit,
    parameters,
    repeats: { a: a.repeats.length, b: b.repeats.length },
    a: left,
    b: right,
    difference,
    difference_error: error,
    interval:
      finding === 'same'
        ? { low: 0, high: 0 }
        : shift?.interval
          ? { low: shift.interval.low - error, high: shift.interval.high + error }
          : null,
    relative: left === 0 ? null : difference / Math.abs(left),
    p: largestP(a.repeats, b.repeats, difference, error),
    p_adjusted: null,
    finding,
  };
}

/** The p of the true values is no larger: as if all of `b` were nearer to `a` by the error. */
function largestP(a: readonly number[], b: readonly number[], difference: number, error: number): number {
  if (error > 0 && Math.abs(difference) <= error) return 1;
  const nearer = error === 0 ? b : b.map((value) => value - Math.sign(difference) * error);
  return mannWhitney(a, nearer)?.p ?? 1;
}

function judged(one: MetricComparison, adjusted: number | null): MetricComparison {
  if (adjusted === null || one.p >= significance) return { ...one, p_adjusted: adjusted };
  const finding = adjusted >= significance ? 'perhaps' : one.difference > 0 ? 'higher' : 'lower';
  return { ...one, p_adjusted: adjusted, finding };
}

/** Whether the smallest possible p for these numbers of values, 2 / C(a + b, a), is below 5 % after the strictest correction. */
function canBeSignificant(a: number, b: number, tests = 1): boolean {
  let ways = 1;
  for (let at = 1; at <= a; at += 1) ways = (ways * (b + at)) / at;
  return (2 / ways) * tests < significance;
}

/** The fewest repeats in each run with which one difference can be significant among so many tests. */
export function fewestRepeats(tests: number): number {
  let repeats = 1;
  while (!canBeSignificant(repeats, repeats, tests)) repeats += 1;
  return repeats;
}
