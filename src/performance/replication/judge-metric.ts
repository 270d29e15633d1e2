import type { MetricPair } from '../compare/index.js';
import { type Interval, ratioOf, sketchError, testRatio } from '../statistics/index.js';

/** How a metric of the replication stands to the original, before the correction for its family. */
export interface LookedAt {
  readonly pair: MetricPair;
  /** By which share the replication is larger; null where the original has no share. */
  readonly relative: number | null;
  /** 95 % interval; null for too few repeats, and without a share. */
  readonly interval: Interval | null;
  /** Of the test against the nearer border of +- within; null if it is not tested. */
  readonly p: number | null;
}

/** Two-sided level of the intervals and tests. */
export const significance = 0.05;

/**
 * @param within largest share that is the same, 0 to 1
 */
export function lookAt(pair: MetricPair, within: number): LookedAt {
  const { a, b } = pair;
  const shift = allTheSame(pair) ? ratioOf(ones(a.repeats), ones(b.repeats)) : ratioOf(a.repeats, b.repeats);
  if (shift === null) return { pair, relative: null, interval: null, p: null };
  // Medians of very many rows are known within the error of a bucket only.
  const slack = a.error + b.error > 0 ? 2 * sketchError : 0;
  const relative = shift.estimate - 1;
  const interval = shift.interval && widened(shift.interval, slack);
  if (interval === null) return { pair, relative, interval, p: null };
  const border =
    relative > within ? (1 + within) * (1 + slack) : relative < -within ? (1 - within) * (1 - slack) : null;
  const p = border === null ? 1 : testRatio(a.repeats, b.repeats, border);
  return { pair, relative, interval, p };
}

export type Decision = 'same' | 'different' | 'undecided' | 'too few' | 'no share';

/**
 * The whole interval within the borders is `same`: two one-sided tests of equivalence at 2.5 % each. The whole interval outside is
 * `different`, if the test against the border is significant among those of its family.
 */
export function decide({ relative, interval }: LookedAt, pAdjusted: number | null, within: number): Decision {
  if (relative === null) return 'no share';
  if (interval === null) return 'too few';
  if (interval.low >= -within && interval.high <= within) return 'same';
  const isOutside = interval.low > within || interval.high < -within;
  return isOutside && pAdjusted !== null && pAdjusted < significance ? 'different' : 'undecided';
}

/** Such as no error in any repeat: 0 has no share, and yet nothing differs. */
const allTheSame = ({ a, b }: MetricPair) =>
  a.error + b.error === 0 && new Set([...a.repeats, ...b.repeats]).size === 1;
const ones = (values: readonly number[]) => values.map(() => 1);

/** As shares, with the error of both sides; a bound below zero moves away from it too. */
function widened({ low, high }: Interval, slack: number): Interval {
  return { low: low - Math.abs(low) * slack - 1, high: high + Math.abs(high) * slack - 1 };
}
