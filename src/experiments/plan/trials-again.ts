import type { RunRecord } from '../../logs/index.js';
import { jsonOf } from '../../workspace/index.js';
import type { PlannedTrials } from './plan-trials.js';
import type { SweepOverrides } from './run-plan.js';
import type { PlannedTrial } from './trial-order.js';

/**
 * All trials of a run as it planned them: with their values, in their order.
 * @param repeats so many measured repeats of each combination instead, also instead of a rule that ends them: further ones
 * follow, as rounds through all combinations
 */
export function trialsAgain(
  { trials: before, sweep }: Pick<RunRecord, 'trials' | 'sweep'>,
  repeats?: number,
): PlannedTrials {
  const all = before.map(({ number, parameters, repeat, warmup }) => ({
    number,
    parameters: parameters as PlannedTrial['parameters'],
    repeat,
    warmup,
  }));
  const trials = repeats === undefined ? all : withRepeats(all, repeats);
  const times = (isWarmup: boolean) =>
    Math.max(0, ...trials.filter(({ warmup }) => warmup === isWarmup).map(({ repeat }) => repeat + 1));
  const combinations = new Set(trials.map(({ parameters }) => jsonOf(parameters))).size;
  const rule = repeats === undefined ? sweep?.stop_when : undefined;
  return {
    trials,
    order: sweep?.order ?? 'sequential',
    seed: sweep?.seed ?? null,
    stopWhen:
      rule === undefined
        ? null
        : {
            metric: rule.metric,
            interval: rule.interval,
            atLeast: rule.at_least,
            atMost: rule.at_most,
          },
    counted: {
      product: String(combinations),
      combinations,
      excluded: 0,
      repeats: times(false),
      warmup: times(true),
    },
  };
}

function withRepeats(all: readonly PlannedTrial[], repeats: number): PlannedTrial[] {
  const kept = all.filter(({ warmup, repeat }) => warmup || repeat < repeats);
  const combinations = new Map(all.map(({ parameters }) => [jsonOf(parameters), parameters]));
  const has = new Set(
    kept.filter(({ warmup }) => !warmup).map(({ repeat, parameters }) => `${repeat} ${jsonOf(parameters)}`),
  );
  const rounds = Array.from({ length: repeats }, (_, repeat) => repeat);
  const added = rounds.flatMap((repeat) =>
    [...combinations]
      .filter(([key]) => !has.has(`${repeat} ${key}`))
      .map(([, parameters]) => ({ parameters, repeat, warmup: false })),
  );
  return [...kept, ...added].map((trial, at) => ({ ...trial, number: at + 1 }));
}

/** What the run did after trials that failed, and after it had lost a device. */
export const overridesAgain = ({ sweep }: Pick<RunRecord, 'sweep'>): SweepOverrides => ({
  onFailure: sweep?.on_failure,
  onLoss: sweep?.on_loss,
});
