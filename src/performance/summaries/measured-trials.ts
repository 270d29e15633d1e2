import type { RunRecord, TrialRecord } from '../../logs/index.js';

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
