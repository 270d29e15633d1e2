import type { RunRecord } from '../../logs/index.js';
import { jsonOf } from '../../workspace/index.js';
import type { PlannedTrials } from './plan-trials.js';
import type { SweepOverrides } from './run-plan.js';
import type { PlannedTrial } from './trial-order.js';

/** All trials of a run as it planned them: with their values, in their order. */
export function trialsAgain({ trials: before, sweep }: Pick<RunRecord, 'trials' | 'sweep'>): PlannedTrials {
  const trials = before.map(({ number, parameters, repeat, warmup }) => ({
    number,
    parameters: parameters as PlannedTrial['parameters'],
    repeat,
    warmup,
  }));
  const times = (isWarmup: boolean) =>
    Math.max(0, ...trials.filter(({ warmup }) => warmup === isWarmup).map(({ repeat }) => repeat + 1));
  const combinations = new Set(trials.map(({ parameters }) => jsonOf(parameters))).size;
  const rule = sweep?.stop_when;
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

/** What the run did after trials that failed, and after it had lost a device. */
export const overridesAgain = ({ sweep }: Pick<RunRecord, 'sweep'>): SweepOverrides => ({
  onFailure: sweep?.on_failure,
  onLoss: sweep?.on_loss,
});
