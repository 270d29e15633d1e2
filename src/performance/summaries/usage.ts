import type { RunRecord, Total, TrialRecord } from '../../logs/index.js';
import type { RoleInstance } from '../reading/index.js';
import { describe, type Description, median } from '../statistics/index.js';
import { measuredTrials } from './measured-trials.js';

/** One resource that a role used at one combination of parameter values. */
export interface UsedResource {
  /** `wall_s`, `cpu_s`, `memory_peak_bytes` or what stands for it, `energy_j`. */
  readonly metric: string;
  /** Statistics over the measured repeats, of the median of the role's instances in each. */
  readonly overRepeats: Description;
  /** Whether a value of it was estimated. */
  readonly estimated: boolean;
}

/** What one role used at one combination of parameter values, whether it recorded results or not. */
export interface Usage {
  readonly role: string;
  readonly parameters: TrialRecord['parameters'];
  /** Complete trials without warm-up. */
  readonly trials: readonly number[];
  /** In a fixed order; without those that no instance has. */
  readonly resources: readonly UsedResource[];
}

/** The totals that a resource is the sum of. The first of several ways that a role has values for is shown. */
const resources: readonly { metric: string; totals: readonly string[] }[][] = [
  [{ metric: 'wall_s', totals: ['wall_s'] }],
  [{ metric: 'cpu_s', totals: ['cpu_user_s', 'cpu_system_s'] }],
  ['memory_peak_bytes', 'memory_peak_tree_bytes', 'memory_peak_process_bytes'].map((metric) => ({
    metric,
    totals: [metric],
  })),
  [{ metric: 'energy_j', totals: ['energy_j'] }],
];

/** What every role used at every combination that was measured, from the totals in exit.json. */
export function usageOf(run: RunRecord, instances: readonly RoleInstance[]): Usage[] {
  const roles = [...new Set(instances.map(({ role }) => role))];
  const groups = measuredTrials(run);
  return roles.flatMap((role) => {
    const own = instances.filter((one) => one.role === role);
    const shown = resources.flatMap((ways) => ways.find(({ totals }) => own.some(has(totals))) ?? []);
    const byTrial = new Map<number, RoleInstance[]>();
    for (const one of own) byTrial.set(one.trial.number, [...(byTrial.get(one.trial.number) ?? []), one]);
    return groups.map((trials): Usage => ({
      role,
      parameters: trials[0]?.parameters ?? {},
      trials: trials.map(({ number }) => number),
      resources: shown.flatMap(({ metric, totals }) => used(metric, totals, trials, byTrial)),
    }));
  });
}

function used(
  metric: string,
  totals: readonly string[],
  trials: readonly TrialRecord[],
  byTrial: ReadonlyMap<number, readonly RoleInstance[]>,
): UsedResource[] {
  let estimated = false;
  const repeats = trials.flatMap(({ number }) => {
    const values = (byTrial.get(number) ?? []).filter(has(totals)).map((instance) => {
      const parts = totals.flatMap((total) => instance.exit?.totals[total] ?? []);
      estimated ||= parts.some(({ kind }) => kind === 'estimated');
      return parts.reduce((sum, { value }) => sum + (value ?? 0), 0);
    });
    return values.length === 0 ? [] : [median(values)];
  });
  const overRepeats = describe(repeats);
  return overRepeats === null ? [] : [{ metric, overRepeats, estimated }];
}

/** Whether an instance has a value of each total. */
function has(totals: readonly string[]): (instance: RoleInstance) => boolean {
  const known = (total: Total | undefined) =>
    total !== undefined && total.kind !== 'unavailable' && total.value !== null;
  return ({ exit }) => totals.every((total) => known(exit?.totals[total]));
}
