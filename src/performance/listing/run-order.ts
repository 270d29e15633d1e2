import type { RunFacts } from '../opening/index.js';
import { verdictsOf } from './run-filter.js';

type Key = string | number | null;

/** What runs can be sorted by. `started` is the newest first; all others begin with the least. */
const keys = {
  started: null,
  duration: (run) => run.seconds,
  experiment: (run) => run.experiment,
  state: (run) => run.state,
  verdict: (run) => verdictsOf(run).join(' ') || null,
  trials: (run) => run.trials.complete,
  name: (run) => run.name,
} as const satisfies Record<string, ((run: RunFacts) => Key) | null>;

export type RunOrder = keyof typeof keys;

/**
 * Runs in another order. Those without a value are last in any order; those with the same one stay as they are.
 * @param runs the newest first, as `listRuns` gives them
 */
export function sortRuns(runs: readonly RunFacts[], by: RunOrder, reverse: boolean): RunFacts[] {
  const keyOf: ((run: RunFacts) => Key) | null = keys[by];
  if (keyOf === null) return reverse ? runs.toReversed() : [...runs];
  const keyed = runs.map((run) => ({ run, key: keyOf(run) }));
  return keyed.sort((a, b) => compare(a.key, b.key, reverse ? -1 : 1)).map(({ run }) => run);
}

function compare(a: Key, b: Key, sign: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a === b ? 0 : a < b ? -sign : sign;
}
