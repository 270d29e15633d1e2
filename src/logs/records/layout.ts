import { join } from 'node:path';

/** Where the files of a run are, below `Logs/<experiment>/<run id>/`. */
export const runFile = 'run.json';
export const journalFile = 'events.jsonl';
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
  exit: 'exit.json',
  /** The controller's order to the wrapper: role, parameters, peers, limits. */
  role: 'role.json',
  outputs: 'outputs',
} as const;

export function trialFolder(runFolder: string, trial: number): string {
  return join(runFolder, 'trials', String(trial));
}

/** Folder of one role instance, e.g. `trials/3/client-0`. */
export function roleFolder(runFolder: string, trial: number, role: string, rank: number): string {
  return join(trialFolder(runFolder, trial), `${role}-${rank}`);
}
