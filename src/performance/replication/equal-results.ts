import type { ReplicationRecord, RunRecord, TrialRecord } from '../../logs/index.js';
import { combinationsOfAll } from '../compare/index.js';
import type { ReadInstance } from '../reading/index.js';
import { equalOf, type EqualResult, measuredTrials } from '../summaries/index.js';
import type { OpenedRun } from '../tables/index.js';
import { hasLostRows } from '../validity/index.js';
import { compareColumns } from './equal-values.js';

export type JudgedEqual = ReplicationRecord['equal'][number];
type Differing = NonNullable<JudgedEqual['first']>;

/** Compares each result that must be the same: a judgment for each role that recorded it. */
export async function judgeEqual(a: OpenedRun, b: OpenedRun): Promise<JudgedEqual[]> {
  const judged: JudgedEqual[] = [];
  const repeats = repeatsOf(a.record, b.record);
  for (const result of namedIn(a.record, b.record)) {
    const columns = columnsOf(result, [...a.instances, ...b.instances]);
    if (columns.size === 0) judged.push(unrecorded(result));
    for (const [role, column] of columns)
      judged.push(await judgeColumn({ a, b, result, role, column }, repeats));
  }
  return judged;
}

/** Whether a result is among those that must be the same. */
export const isEqualResult = (
  runs: readonly RunRecord[],
): ((one: { role: string; metric: string }) => boolean) => {
  const results = runs.flatMap(equalOf);
  return ({ role, metric }) =>
    results.some(({ name }) => columnIn(name, role, (one) => one === metric) !== null);
};

/** The tolerance is that of the original. */
function namedIn(a: RunRecord, b: RunRecord): EqualResult[] {
  const own = equalOf(a);
  return [...own, ...equalOf(b).filter(({ name }) => !own.some((one) => one.name === name))];
}

/** A column that a name stands for in a role: `accuracy`, or `client.accuracy`. */
function columnIn(name: string, role: string, has: (column: string) => boolean): string | null {
  if (has(name)) return name;
  const rest = name.startsWith(`${role}.`) ? name.slice(role.length + 1) : null;
  return rest !== null && has(rest) ? rest : null;
}

/** Roles that recorded it, each with the name of the column. */
function columnsOf({ name }: EqualResult, instances: readonly ReadInstance[]): Map<string, string> {
  const columns = new Map<string, string>();
  for (const { instance, results } of instances) {
    const column = columnIn(name, instance.role, (one) => results.keys.has(one));
    if (column !== null) columns.set(instance.role, column);
  }
  return columns;
}

/** A repeat of the original, and that of the replication. */
interface Repeat {
  readonly original: TrialRecord;
  /** Null if there is none to compare with. */
  readonly replication: TrialRecord | null;
  readonly parameters: TrialRecord['parameters'];
}

/** All complete repeats of the original, except those that a rule (`stop_when`) ended early in the replication. */
function repeatsOf(a: RunRecord, b: RunRecord): Repeat[] {
  const { keyOf, shown } = combinationsOfAll([a, b]);
  const key = ({ parameters, repeat }: TrialRecord) => `${repeat} ${keyOf(parameters)}`;
  const measured = new Map(b.trials.filter(({ warmup }) => !warmup).map((trial) => [key(trial), trial]));
  return measuredTrials(a)
    .flat()
    .flatMap((original): Repeat[] => {
      const other = measured.get(key(original));
      if (other?.state === 'skipped') return [];
      const replication = other?.state === 'complete' ? other : null;
      return [{ original, replication, parameters: shown(original.parameters) }];
    });
}

interface ColumnOfBoth {
  readonly a: OpenedRun;
  readonly b: OpenedRun;
  readonly result: EqualResult;
  readonly role: string;
  readonly column: string;
}

async function judgeColumn(of: ColumnOfBoth, repeats: readonly Repeat[]): Promise<JudgedEqual> {
  const { a, b, result, role, column } = of;
  let [compared, different, done] = [0, 0, 0];
  let first: Differing | null = null;
  for (const { original, replication, parameters } of repeats) {
    if (replication === null) continue;
    done += 1;
    const [left, right] = [instancesOf(a, original, role), instancesOf(b, replication, role)];
    for (const rank of new Set([...left.keys(), ...right.keys()])) {
      const found = await compareColumns(left.get(rank), right.get(rank), column, result.within);
      compared += found.compared;
      different += found.different;
      first ??= found.first && { parameters, repeat: original.repeat, rank, ...found.first };
    }
  }
  const uncompared = repeats.length - done;
  const hasAllRows = [a, b].every(({ validity }) => !validity.findings.some(hasLostRows));
  const isEqual = different === 0 && compared > 0 && uncompared === 0;
  const isCertain = hasAllRows && compared > 0;
  return {
    ...result,
    role,
    compared,
    different,
    repeats: done,
    uncompared,
    finding: !isCertain ? 'not compared' : different > 0 ? 'different' : isEqual ? 'equal' : 'not compared',
    first,
  };
}

function instancesOf({ instances }: OpenedRun, trial: TrialRecord, role: string): Map<number, ReadInstance> {
  const own = instances.filter(
    ({ instance }) => instance.role === role && instance.trial.number === trial.number,
  );
  return new Map(own.map((read) => [read.instance.rank, read]));
}

const unrecorded = (result: EqualResult): JudgedEqual => ({
  ...result,
  role: null,
  compared: 0,
  different: 0,
  repeats: 0,
  uncompared: 0,
  finding: 'not compared',
  first: null,
});
