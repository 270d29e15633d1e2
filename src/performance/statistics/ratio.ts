import { hodgesLehmann, type Shift } from './hodges-lehmann.js';
import { mannWhitney } from './mann-whitney.js';
import type { Interval } from './student-t.js';
import { excludedFromEachEnd } from './u-distribution.js';
import { welchInterval, welchP } from './welch.js';

/** Up to this number of pairs their ratios are listed. */
const mostPairs = 1_000_000;

/**
 * By which factor values of `b` are larger than those of `a`: the median of all ratios. Its interval covers two: the factors f
 * for which the Mann-Whitney test does not tell `b` from f times `a`, and those that Welch's t test of the logarithms does not
 * reject. The first does not depend on the form of the distributions, the second allows for spreads that differ. In both, the
 * spread of `a` counts as much as that of `b`, which a difference divided by the mean of `a` would leave out. Where `b` has
 * values that `a` has no factor for (0, or of the other sign), it is the first one alone.
 * @returns null unless all values of `a` have one sign, and for more than a million pairs without logarithms
 */
export function ratioOf(a: readonly number[], b: readonly number[], confidence = 0.95): Shift | null {
  const byRanks = rankRatio(a, b, confidence);
  if (byRanks === null || !haveOneSign([...a, ...b])) return byRanks;
  const welch = welchInterval(logarithms(a), logarithms(b), confidence);
  return { ...byRanks, interval: covering(byRanks.interval, welch && exponentials(welch)) };
}

/**
 * The same with the first of the two intervals only: it leaves out 1 if and only if the Mann-Whitney test tells `a` from `b`.
 * @returns null unless all values of `a` have one sign, and for more than a million pairs without logarithms
 */
export function rankRatio(a: readonly number[], b: readonly number[], confidence = 0.95): Shift | null {
  if (!haveOneSign(a) || b.length === 0) return null;
  if (!haveOneSign([...a, ...b])) return byRatios(a, b, confidence);
  const shift = hodgesLehmann(logarithms(a), logarithms(b), confidence);
  return (
    shift && {
      estimate: Math.exp(shift.estimate),
      interval: shift.interval && exponentials(shift.interval),
    }
  );
}

/**
 * Two-sided probability of such values if `b` is `factor` times `a`: the larger one of the Mann-Whitney test and of Welch's t
 * test of the logarithms.
 */
export function testRatio(a: readonly number[], b: readonly number[], factor: number): number {
  const scaled = a.map((value) => value * factor);
  const ranks = mannWhitney(scaled, b)?.p ?? 1;
  const welch = haveOneSign([...scaled, ...b]) ? welchP(logarithms(scaled), logarithms(b)) : 0;
  return Math.max(ranks, welch ?? 1);
}

const haveOneSign = ([first = 0, ...others]: readonly number[]) =>
  first !== 0 && others.every((value) => Math.sign(value) === Math.sign(first));

/** The logarithm keeps the order of ratios. */
const logarithms = (values: readonly number[]) => values.map((value) => Math.log(Math.abs(value)));

const exponentials = ({ low, high }: Interval): Interval => ({ low: Math.exp(low), high: Math.exp(high) });

const covering = (a: Interval | null, b: Interval | null): Interval | null =>
  a === null || b === null ? null : { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };

function byRatios(a: readonly number[], b: readonly number[], confidence: number): Shift | null {
  const pairs = a.length * b.length;
  if (pairs > mostPairs) return null;
  const ratios = Float64Array.from({ length: pairs }, (_, at) => {
    const [left, right] = [a[at % a.length] ?? 1, b[Math.floor(at / a.length)] ?? 0];
    return right / left;
  }).sort();
  const place = (k: number) => ratios[k - 1] ?? Number.NaN;
  const estimate = (place(Math.floor((pairs + 1) / 2)) + place(Math.floor(pairs / 2) + 1)) / 2;
  const excluded = excludedFromEachEnd(a.length, b.length, 1 - confidence);
  const interval = excluded < 1 ? null : { low: place(excluded), high: place(pairs + 1 - excluded) };
  return { estimate, interval };
}
