import type { RunRecord, TrialRecord } from '../../logs/index.js';
import { isNumber, valueKey } from '../../workspace/index.js';

/**
 * Complete trials without warm-up, grouped by parameter values. The trials of a group are in the order in which they ran,
 * the groups in that of their first trial; after a random order, in that of their values.
 */
export function measuredTrials(run: RunRecord): TrialRecord[][] {
  const groups = new Map<string, TrialRecord[]>();
  for (const trial of run.trials) {
    if (trial.warmup || trial.state !== 'complete') continue;
    const key = JSON.stringify(trial.parameters);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(trial);
  }
  const found = [...groups.values()];
  return run.sweep?.order === 'random' ? found.sort(byValues) : found;
}

function byValues([a]: TrialRecord[], [b]: TrialRecord[]): number {
  const [left, right] = [a?.parameters ?? {}, b?.parameters ?? {}];
  for (const [name, value] of Object.entries(left)) {
    const other = right[name];
    const before = isNumber(value) && isNumber(other) ? Number(value) - Number(other) : 0;
    const order = before || valueKey(value).localeCompare(valueKey(other));
    if (order !== 0) return order;
  }
  return 0;
}
