import type { RunRecord, TrialRecord } from '../logs/run-record.js';
import { knownMetrics } from '../logs/metrics.js';
import type { RoleInstance } from './role-instance.js';
import type { Value } from './table.js';

/** What every row starts with; the parameters stand between the trial's and the role's. */
const trialColumns = ['run_id', 'trial', 'repeat', 'warmup'] as const;
const roleColumns = ['role', 'rank', 'device'] as const;

export const timeColumns = ['time_s', 'time', 'clock_error_ms'] as const;
export const exitColumns = ['trial_state', 'exit_code', 'exit_signal', 'exit_reason'] as const;
export const countColumns = [
  'cpu_percent_mean',
  'cpu_percent_max',
  'memory_bytes_max',
  'samples',
  'missed_samples',
  'results',
] as const;
export const spanColumns = ['name', ...timeColumns, 'duration_ms'] as const;

/**
 * Column names for keys that users chose: the key itself, with the prefix as often as it takes to be unlike every name
 * in `taken` and every other key.
 */
export function nameApart(
  keys: Iterable<string>,
  taken: Iterable<string>,
  prefix: string,
): Map<string, string> {
  const reserved = new Set(taken);
  const all = [...new Set(keys)];
  const free = all.filter((key) => key !== '' && !reserved.has(key));
  const used = new Set([...reserved, ...free]);
  const names = new Map(free.map((key) => [key, key]));
  for (const key of all) {
    if (names.has(key)) continue;
    let name = `${prefix}${key}`;
    while (used.has(name)) name = `${prefix}${name}`;
    used.add(name);
    names.set(key, name);
  }
  return new Map(all.map((key) => [key, names.get(key) ?? key]));
}

/** The columns that tell which trial and which role a row belongs to. */
export class LeadingColumns {
  /** Parameter to column, the same in every table. */
  private readonly parameters: Map<string, string>;

  constructor(private readonly run: RunRecord) {
    const totals = knownMetrics().totals.flatMap(({ name }) => [name, `${name}_kind`]);
    const fixed = [
      ...trialColumns,
      ...roleColumns,
      ...exitColumns,
      ...countColumns,
      ...spanColumns,
      ...totals,
    ];
    this.parameters = nameApart(
      run.trials.flatMap((trial) => Object.keys(trial.parameters)),
      fixed,
      'param_',
    );
  }

  /** For the samples, which repeat too often to carry the parameters. */
  get withoutParameters(): string[] {
    return [...trialColumns, ...roleColumns];
  }

  get withParameters(): string[] {
    return [...trialColumns, ...this.parameters.values(), ...roleColumns];
  }

  valuesWithoutParameters(instance: RoleInstance): Value[] {
    return [...this.ofTrial(instance.trial), ...ofRole(instance)];
  }

  valuesWithParameters(instance: RoleInstance): Value[] {
    const { parameters } = instance.trial;
    const values = [...this.parameters.keys()].map((key): Value =>
      Object.hasOwn(parameters, key) ? parameters[key] : undefined,
    );
    return [...this.ofTrial(instance.trial), ...values, ...ofRole(instance)];
  }

  private ofTrial(trial: TrialRecord): Value[] {
    return [this.run.run_id, trial.number, trial.repeat, trial.warmup];
  }
}

function ofRole(instance: RoleInstance): Value[] {
  return [instance.role, instance.rank, instance.device];
}
