import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { RunRecord, TrialRecord } from '../../logs/index.js';

/** How many trials that are not complete an error names. */
const named = 10;

export type Failure = NonNullable<RunRecord['failure']>;

/** An error as run.json has it. */
export function describe(error: unknown): Failure {
  if (!(error instanceof CollabError)) return { name: 'internal', what: messageOf(error) };
  return { name: error.name, what: error.what, ...(error.why === undefined ? {} : { why: error.why }) };
}

/** What interrupted a run, if it was not Ctrl-C, which needs no explanation later. */
export function interruptionOf({ reason }: AbortSignal): Failure | undefined {
  if (!(reason instanceof CollabError) || reason.why === undefined) return undefined;
  return { name: reason.name, what: reason.why };
}

/** Whether a measured trial of the run is complete. */
export const someComplete = ({ trials }: Pick<RunRecord, 'trials'>): boolean =>
  trials.some(({ state, warmup }) => state === 'complete' && !warmup);

/** The same error, with the exit code for a run of which some trials are complete. */
export function partlyComplete(error: unknown): unknown {
  if (!(error instanceof CollabError)) return error;
  const { name, what, why, next } = error;
  return new CollabError(name, { what, why, next, exitCode: ExitCode.partlyComplete, cause: error });
}

/**
 * What is said of a run that went through all its trials; null if all of them are complete.
 * @param only the last error of a trial: it says more, if no other trial is left
 */
export function notAllComplete(
  record: RunRecord,
  only: { trial: number; error: unknown } | null,
): CollabError | null {
  const left = record.trials.filter(({ state }) => state !== 'complete' && state !== 'skipped');
  if (left.length === 0) return null;
  if (left.length === 1 && left[0]?.number === only?.trial && only?.error instanceof CollabError)
    return (someComplete(record) ? partlyComplete(only.error) : only.error) as CollabError;
  const more = left.length > named ? [`and ${left.length - named} more: collab show ${record.run_id}`] : [];
  return new CollabError('trials-not-complete', {
    what: `${left.length} of ${record.trials.length} trials are not complete.`,
    why: [...left.slice(0, named).map(lineOf), ...more].join('\n'),
    next: `Read their logs in trials/ of the run. To run just these again: collab run ${record.experiment.name} --retry failed`,
    exitCode: someComplete(record) ? ExitCode.partlyComplete : ExitCode.experimentFailed,
  });
}

function lineOf({ number, parameters, state, failure, error }: TrialRecord): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
  const which = values.length === 0 ? '' : ` (${values.join(', ')})`;
  const role = failure && `${failure.role}-${failure.rank} on ${failure.device}: ${failure.reason}`;
  return `trial ${number}${which}: ${role ?? error?.what ?? state}`;
}

export function interrupted(folder: string, notCollected: readonly string[]): CollabError {
  const logged = notCollected.length === 0 ? 'What they had logged is in' : 'What could be collected is in';
  return new CollabError('interrupted', {
    what: 'The run was interrupted, and its roles were stopped on every device.',
    why: [`${logged} ${folder}`, ...notCollected].join('\n'),
    next: 'Go on with it (collab resume), or report what there is (collab report).',
    exitCode: ExitCode.interrupted,
  });
}

/** What is said of an abandoned run that still held a device. */
export function takenOverNote(device: string, run: string): string {
  return `${device} was still held by the abandoned run ${run}. Its lease was ended, and its roles there were stopped; what they logged stays there. To collect it: collab stop ${run}, or collab resume ${run} to go on with that run.`;
}
