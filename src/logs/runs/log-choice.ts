import { CollabError, ExitCode } from '../../errors.js';
import { placementOf, type PlacementRecord, type RunRecord, type TrialRecord } from '../records/index.js';

export type LogStream = 'stdout' | 'stderr';

/** Which output of the roles of a run is meant. */
export interface LogChoice {
  /** Numbers of trials; default, the one that began last. */
  readonly trials?: readonly number[];
  /** Roles, or role instances such as `client-0`; default all. */
  readonly roles?: readonly string[];
  readonly streams: readonly LogStream[];
  /** Only so many lines at the end of each file that is there at the beginning. */
  readonly tail?: number | undefined;
}

/** Whole lines that a role instance printed, one after another. */
export interface LogLines {
  readonly kind: 'log.lines';
  readonly trial: number;
  readonly role: string;
  readonly rank: number;
  readonly device: string;
  readonly stream: LogStream;
  /** Without the last line feed. Its memory is used again: take what you need before you ask for more. */
  readonly bytes: Buffer;
}

/** Whether the output of a role instance is meant. */
export function isChosen(
  { roles = [] }: Pick<LogChoice, 'roles'>,
  { role, rank }: Pick<PlacementRecord, 'role' | 'rank'>,
): boolean {
  return roles.length === 0 || roles.includes(role) || roles.includes(`${role}-${rank}`);
}

/**
 * The trials that are meant.
 * @throws CollabError `no-such-trial`, `no-output` if none has begun, `no-such-role`
 */
export function chosenTrials(record: RunRecord, choice: LogChoice): TrialRecord[] {
  const begun = record.trials.filter(({ started_at }) => started_at !== null);
  const wanted = choice.trials ?? [];
  const missing = wanted.find((number) => !begun.some((trial) => trial.number === number));
  if (missing !== undefined) throw noSuchTrial(missing, record, begun);
  const [last] = begun.toSorted((a, b) => ((a.started_at ?? '') < (b.started_at ?? '') ? 1 : -1));
  if (last === undefined) throw noOutput(record);
  const trials = wanted.length === 0 ? [last] : begun.filter(({ number }) => wanted.includes(number));
  for (const trial of trials) refuseUnknownRoles(choice, placementOf(record, trial));
  return trials;
}

/** @throws CollabError `no-such-role` */
function refuseUnknownRoles({ roles = [] }: LogChoice, placement: readonly PlacementRecord[]): void {
  const unknown = roles.find((wanted) => !placement.some((one) => isChosen({ roles: [wanted] }, one)));
  if (unknown === undefined) return;
  const known = placement.map(({ role, rank }) => `${role}-${rank}`).join(', ');
  throw new CollabError('no-such-role', {
    what: `The run has no role ${unknown}.`,
    why: `Its role instances: ${known}.`,
    next: 'Name a role, or one instance of it, such as client-0.',
    exitCode: ExitCode.usage,
  });
}

function noSuchTrial(
  number: number,
  { run_id, trials }: RunRecord,
  begun: readonly TrialRecord[],
): CollabError {
  const isThere = trials.some((trial) => trial.number === number);
  return new CollabError('no-such-trial', {
    what: isThere ? `Trial ${number} of ${run_id} has not begun.` : `${run_id} has no trial ${number}.`,
    why: `It has ${trials.length} trials, of which ${begun.length} have begun.`,
    next: 'List them with: collab report --format csv --tables trials',
    exitCode: ExitCode.usage,
  });
}

function noOutput({ run_id, state, failure }: RunRecord): CollabError {
  return new CollabError('no-output', {
    what: `No trial of the run ${run_id} has begun, so its roles have printed nothing.`,
    why: failure === undefined ? `It is ${state}.` : `It is ${state}: ${failure.what}`,
    next:
      state === 'running'
        ? 'Wait for it with: collab logs --follow'
        : `Run it again: collab run --from ${run_id}`,
    exitCode: ExitCode.usage,
  });
}
