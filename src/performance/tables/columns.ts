import type { RunRecord, TrialRecord } from '../../logs/index.js';
import { parameterCell, type RoleClock, type RoleInstance, type Value, ValueType } from '../reading/index.js';
import type { Column } from './table.js';

/** The first columns of every row; the parameters come between those of the trial and those of the role. */
const trialColumns: readonly Column[] = [
  ['run_id', 'text'],
  ['trial', 'number'],
  ['attempt', 'number'],
  ['repeat', 'number'],
  ['warmup', 'boolean'],
];
const roleColumns: readonly Column[] = [
  ['role', 'text'],
  ['rank', 'number'],
  ['device', 'text'],
];

export const timeColumns: readonly Column[] = [
  ['time_s', 'number'],
  ['time', 'time'],
  ['clock_error_ms', 'number'],
];
export const spanColumns: readonly Column[] = [['name', 'text'], ...timeColumns, ['duration_ms', 'number']];

/**
 * Unique column names for keys that users chose: the key itself, prefixed as often as needed to differ from every name in
 * `taken` and every other key.
 */
export function uniqueNames(
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

/** The columns that identify the trial and role of a row. */
export class LeadingColumns {
  /** Parameter to column, the same in every table. */
  private readonly names: Map<string, string>;
  private readonly parameters: Column[];

  /** @param taken names of other columns in any of the tables */
  constructor(runs: readonly RunRecord[], taken: Iterable<string>) {
    const types = new Map<string, ValueType>();
    for (const { parameters } of runs.flatMap(({ trials }) => trials))
      for (const [key, value] of Object.entries(parameters)) {
        const type = types.get(key) ?? new ValueType();
        type.see(parameterCell(value));
        types.set(key, type);
      }
    const fixed = ['experiment', ...[...trialColumns, ...roleColumns].map(([name]) => name)];
    this.names = uniqueNames(types.keys(), [...fixed, ...taken], 'param_');
    this.parameters = [...this.names].map(([key, name]) => [name, types.get(key)?.type ?? 'any']);
  }

  /** For samples: too many rows to repeat the parameters in each. */
  get withoutParameters(): Column[] {
    return [...trialColumns, ...roleColumns];
  }

  get withParameters(): Column[] {
    return [...this.ofTrials, ...roleColumns];
  }

  get ofTrials(): Column[] {
    return [['experiment', 'text'], ...trialColumns, ...this.parameters];
  }

  /** Columns of the parameters, in order. */
  get ofParameters(): Column[] {
    return this.parameters;
  }

  valuesWithoutParameters(instance: RoleInstance): Value[] {
    return [...ofTrial(instance.run, instance.trial), ...ofRole(instance)];
  }

  valuesWithParameters(instance: RoleInstance): Value[] {
    return [...this.trialValues(instance.run, instance.trial), ...ofRole(instance)];
  }

  trialValues(run: RunRecord, trial: TrialRecord): Value[] {
    return [run.experiment.name, ...ofTrial(run, trial), ...this.parameterValues(trial.parameters)];
  }

  parameterValues(parameters: TrialRecord['parameters']): Value[] {
    return [...this.names.keys()].map((key) =>
      Object.hasOwn(parameters, key) ? parameterCell(parameters[key]) : undefined,
    );
  }
}

function ofTrial(run: RunRecord, trial: TrialRecord): Value[] {
  return [run.run_id, trial.number, trial.attempt ?? 1, trial.repeat, trial.warmup];
}

function ofRole(instance: RoleInstance): Value[] {
  return [instance.role, instance.rank, instance.device];
}

const noTime: Value[] = [null, null, null];

/**
 * The cells of `timeColumns`: seconds since the start of the run, the date, and the error bound of both. All are empty
 * without a usable clock, or if a broken clock gives an invalid date.
 */
export function timeCells(clock: RoleClock | null, monotonicS: Value): Value[] {
  if (clock === null || typeof monotonicS !== 'number') return noTime;
  const date = clock.date(monotonicS);
  if (Number.isNaN(date.getTime())) return noTime;
  return [clock.timeS(monotonicS), date, clock.errorMsAt(monotonicS)];
}
