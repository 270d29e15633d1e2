import { Tally } from './left-out.js';

/** Complete measured trials without a value of a metric that has values in others. */
export interface MissingTrials {
  /** By number, with those of the two below. */
  readonly missingTrials: readonly number[];
  /** Those in which the role recorded nothing of this kind. */
  readonly silentTrials: readonly number[];
  /** Those in which the role recorded fewer rows than in any trial that has a value, so that rows may be lost. */
  readonly shortTrials: readonly number[];
}

/**
 * @param trials at one combination of parameter values
 * @param having all trials of the run with a value
 * @param rowsOf how many rows the role recorded in a trial
 */
export function missingIn(
  trials: readonly number[],
  having: ReadonlySet<number>,
  rowsOf: (trial: number) => number,
): MissingTrials {
  const missingTrials = trials.filter((trial) => !having.has(trial));
  const here = trials.filter((trial) => having.has(trial));
  // Another combination may have another number of rows, so it is no measure for this one.
  const least = here.reduce((fewest, trial) => Math.min(fewest, rowsOf(trial)), Infinity);
  const silentTrials = missingTrials.filter((trial) => rowsOf(trial) === 0);
  const shortTrials =
    here.length === 0 ? [] : missingTrials.filter((trial) => rowsOf(trial) > 0 && rowsOf(trial) < least);
  return { missingTrials, silentTrials, shortTrials };
}

/** How many rows a role recorded in a trial at least, as results or spans. */
export type RowsOf = (role: string, of: string, trial: number) => number;

interface Recorded {
  readonly role: string;
  readonly of: string;
  readonly trials: ReadonlyMap<
    number,
    { readonly distribution: { readonly n: number }; readonly tally: Tally | null }
  >;
}

/** All results of a row are in one, so the metric with most values tells; spans have rows of their own. */
export function rowsOf(metrics: readonly Recorded[]): RowsOf {
  const keyOf = (role: string, of: string, trial: number) => JSON.stringify([role, of, trial]);
  const rows = new Map<string, number>();
  for (const { role, of, trials } of metrics) {
    for (const [trial, { distribution, tally }] of trials) {
      const key = keyOf(role, of, trial);
      const own = distribution.n + Tally.sum([tally]).values;
      const before = rows.get(key) ?? 0;
      rows.set(key, of === 'spans' ? before + own : Math.max(before, own));
    }
  }
  return (role, of, trial) => rows.get(keyOf(role, of, trial)) ?? 0;
}
