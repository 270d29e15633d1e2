import type { RunRecord, TrialRecord } from '../../logs/index.js';
import type { Description } from '../statistics/index.js';
import type { LeftOut } from './left-out.js';
import { measuredTrials } from './measured-trials.js';
import type { MetricSummary } from './measures.js';

/** Results of one quantity at one combination of parameter values. */
export interface Outcome {
  readonly quantity: string;
  /** Null if its name has none. */
  readonly unit: string | null;
  /** The median of each measured repeat, in the order of the trials. */
  readonly medians: readonly number[];
  /** Statistics of those medians: a repeat counts once, no matter how many rows it has. */
  readonly overRepeats: Description;
  /** Mean over repeats of the mean of their rows: unlike medians, the means of parts add up to that of the whole. */
  readonly meanOfRows: number;
  /** Statistics of the rows of the first repeat: the variation within a repeat. */
  readonly withinRepeat: Description;
  /** Number of values of all repeats. */
  readonly n: number;
  /** False if medians are only known within 0.05 %. */
  readonly exact: boolean;
  /** Values that are in none of these numbers. */
  readonly leftOut: LeftOut;
}

/** What one role recorded at one combination of parameter values. */
export interface Combination {
  readonly role: string;
  readonly parameters: TrialRecord['parameters'];
  /** Complete trials without warm-up. */
  readonly trials: readonly number[];
  readonly outcomes: readonly Outcome[];
}

/**
 * What each role that recorded a quantity has at each combination of parameter values, without warm-up and incomplete
 * trials. It has no outcomes where it recorded none.
 */
export function combinationsOf(run: RunRecord, summaries: readonly MetricSummary[]): Combination[] {
  const results = summaries.filter(({ of }) => of === 'results');
  const roles = [...new Set(results.map(({ role }) => role))];
  return roles.flatMap((role) =>
    measuredTrials(run).flatMap((group): Combination[] => {
      const { parameters } = group[0] ?? { parameters: {} };
      const outcomes = results
        .filter((one) => one.role === role && one.parameters === parameters)
        .map(outcomeOf);
      return [{ role, parameters, trials: group.map(({ number }) => number), outcomes }];
    }),
  );
}

function outcomeOf(summary: MetricSummary): Outcome {
  const { metric, unit, repeatMedians, repeatMeans, overRepeats, withinRepeat, values, leftOut } = summary;
  return {
    quantity: metric,
    unit,
    medians: repeatMedians,
    overRepeats,
    meanOfRows: repeatMeans.reduce((sum, mean) => sum + mean, 0) / repeatMeans.length,
    withinRepeat,
    n: values.n,
    exact: values.exact,
    leftOut,
  };
}

const endToEnd = /^(?:total|end_to_end|e2e|latency|round_trip|rtt)(?:_.*)?_(?:ns|us|ms|s)$/;
const time = /_(?:ns|us|ms|s|min|h)$/;

/** The most interesting quantity: the end-to-end time, else the first time, else the first quantity. */
export function mainQuantity(quantities: readonly string[]): string | null {
  const found = [endToEnd, time, /./].map((pattern) => quantities.find((name) => pattern.test(name)));
  return found.find((name) => name !== undefined) ?? null;
}
