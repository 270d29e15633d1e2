import { join } from 'node:path';

/** Where the files of a run are, below `Logs/<experiment>/<run id>/`. */
export const runFile = 'run.json';
export const journalFile = 'events.jsonl';
/** In a run that replicates another one. */
export const replicationFile = 'replication.json';
/** Name, note and tags of a run; missing for a run without. */
export const labelsFile = 'labels.json';
export const reportsFolder = 'reports';

/** Files of one role in one trial. */
export const roleFiles = {
  samples: 'samples.jsonl',
  processes: 'processes.jsonl',
  results: 'results.jsonl',
  spans: 'spans.jsonl',
  state: 'state.jsonl',
  stdout: 'stdout.log',
  stderr: 'stderr.log',
  prepare: 'prepare.log',
  finalize: 'finalize.log',
  exit: 'exit.json',
  /** The controller's order to the wrapper: role, parameters, peers, limits. */
  role: 'role.json',
  outputs: 'outputs',
} as const;

/** A trial, and which try at it is meant: the first one if it does not say. */
export interface AttemptOf {
  trial: number;
  attempt?: number | undefined;
}

/** Name of an attempt's folder, here and on a device: `17` for the first attempt at trial 17, `17.2` for the second. */
export function attemptName({ trial, attempt = 1 }: AttemptOf): string {
  return attempt === 1 ? String(trial) : `${trial}.${attempt}`;
}

export function trialFolder(runFolder: string, of: AttemptOf): string {
  return join(runFolder, 'trials', attemptName(of));
}

/** Folder of one role instance, e.g. `trials/3/client-0`. */
export function roleFolder(runFolder: string, of: AttemptOf, role: string, rank: number): string {
  return join(trialFolder(runFolder, of), `${role}-${rank}`);
}

/** Folder of a run, here and on a device, with a folder for each process that stayed for several trials. */
export const warmFolder = 'warm';

/** Name of such a folder: `client-0` for the first process of a role instance, `client-0.2` for the one after it. */
export function processName({
  role,
  rank,
  process,
}: {
  role: string;
  rank: number;
  process: number;
}): string {
  return process === 1 ? `${role}-${rank}` : `${role}-${rank}.${process}`;
}

/** The newest attempt at a trial of run.json. */
export function newestAttempt({
  number,
  attempt,
}: {
  number: number;
  attempt?: number | undefined;
}): AttemptOf {
  return { trial: number, attempt };
}
