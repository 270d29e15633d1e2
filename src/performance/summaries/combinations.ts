import type { RunRecord, TrialRecord } from '../../logs/index.js';
import type { RecordedQuantity } from './recorded.js';
import { describe, type Description } from '../statistics/index.js';

/** Results of one quantity at one combination of parameter values. */
export interface Outcome {
  readonly quantity: string;
  /** The median of each measured repeat, in the order of the trials. */
  readonly medians: readonly number[];
  /** Statistics of those medians: a repeat counts once, no matter how many rows it has. */
  readonly overRepeats: Description;
  /** Mean over repeats of the mean of their rows: unlike medians, the means of parts add up to that of the whole. */
  readonly meanOfRows: number;
  /** Statistics of the rows of the first repeat: the variation within a repeat. */
  readonly withinRepeat: Description;
}

/** What one role recorded at one combination of parameter values. */
export interface Combination {
  readonly role: string;
  readonly parameters: TrialRecord['parameters'];
  /** Complete trials without warm-up. */
  readonly trials: readonly number[];
  readonly outcomes: readonly Outcome[];
}

/** Complete trials without warm-up, grouped by parameter values, in the order in which they ran. */
export function measuredTrials(run: RunRecord): TrialRecord[][] {
  const groups = new Map<string, TrialRecord[]>();
  for (const trial of run.trials) {
    if (trial.warmup || trial.state !== 'complete') continue;
    const key = JSON.stringify(trial.parameters);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(trial);
  }
  return [...groups.values()];
}

/** What each role recorded at each combination of parameter values, without warm-up and incomplete trials. */
export function combinationsOf(run: RunRecord, recorded: readonly RecordedQuantity[]): Combination[] {
  const roles = [...new Set(recorded.map(({ role }) => role))];
  return roles.flatMap((role) =>
    measuredTrials(run).flatMap((group): Combination[] => {
      const outcomes = recorded
        .filter((one) => one.role === role)
        .flatMap(({ quantity, trials }) => outcomeOf(quantity, group, trials));
      const [first] = group;
      if (first === undefined || outcomes.length === 0) return [];
      return [{ role, parameters: first.parameters, trials: group.map(({ number }) => number), outcomes }];
    }),
  );
}

function outcomeOf(
  quantity: string,
  group: readonly TrialRecord[],
  trials: ReadonlyMap<number, Description>,
): Outcome[] {
  const found = group.flatMap(({ number }) => trials.get(number) ?? []);
  const medians = found.map(({ median }) => median);
  const overRepeats = describe(medians);
  const [withinRepeat] = found;
  if (overRepeats === null || withinRepeat === undefined) return [];
  const meanOfRows = found.reduce((sum, { mean }) => sum + mean, 0) / found.length;
  return [{ quantity, medians, overRepeats, meanOfRows, withinRepeat }];
}

const endToEnd = /^(?:total|end_to_end|e2e|latency|round_trip|rtt)(?:_.*)?_(?:ns|us|ms|s)$/;
const time = /_(?:ns|us|ms|s|min|h)$/;

/** The most interesting quantity: the end-to-end time, else the first time, else the first quantity. */
export function mainQuantity(quantities: readonly string[]): string | null {
  const found = [endToEnd, time, /./].map((pattern) => quantities.find((name) => pattern.test(name)));
  return found.find((name) => name !== undefined) ?? null;
}
