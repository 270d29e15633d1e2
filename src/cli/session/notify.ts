import { spawn } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { messageOf, runOverview } from '../../index.js';
import { detachedVariable } from './detached.js';

/** A command that takes longer is killed, with all that it started. */
const mostMs = 60_000;

/** A run that has begun, and the state that its last event tells; null if it does not. */
export interface NotedRun {
  runId: string;
  folder: string;
  state: string | null;
}

/**
 * Runs the command of `--notify` here, when a run has ended, and waits for it. It knows the run from its environment, and writes to our
 * standard error.
 * @param signal kills it early
 * @returns what went wrong; null if nothing did
 */
export async function notifyOfRun(
  command: string,
  run: NotedRun,
  signal: AbortSignal,
  limitMs = mostMs,
): Promise<string | null> {
  const limit = AbortSignal.any([
    AbortSignal.timeout(limitMs),
    // What ended the run does not end the command.
    ...(signal.aborted ? [] : [signal]),
  ]);
  // A command of collab that it runs is not the detached process.
  const env = { ...process.env, ...(await environmentOf(run)), [detachedVariable]: undefined };
  return new Promise((resolve) => {
    // In a group of its own, so that all of it can be killed.
    const running = spawn('sh', ['-c', command], {
      detached: true,
      stdio: ['ignore', process.stderr, process.stderr],
      env,
    });
    const kill = () => {
      try {
        if (running.pid !== undefined) process.kill(-running.pid, 'SIGKILL');
      } catch {
        // It has just ended.
      }
    };
    if (limit.aborted) kill();
    limit.addEventListener('abort', kill);
    const ended = (problem: string | null) => {
      limit.removeEventListener('abort', kill);
      resolve(problem === null ? null : `the command of --notify ${problem}`);
    };
    running.once('error', (error) => ended(`did not start: ${messageOf(error)}`));
    running.once('exit', (code, by) => {
      if (code === 0) ended(null);
      else if (code !== null) ended(`ended with exit code ${code}`);
      else if (!limit.aborted) ended(`was ended by ${String(by)}`);
      else ended(signal.aborted ? 'was ended by Ctrl-C' : `was killed after ${limitMs / 1000} s`);
    });
  });
}

async function environmentOf({ runId, folder, state }: NotedRun): Promise<Record<string, string>> {
  const experiment = basename(dirname(folder));
  const overview = await runOverview({ runId, experiment, folder });
  return {
    COLLAB_RUN: runId,
    COLLAB_RUN_FOLDER: folder,
    COLLAB_EXPERIMENT: experiment,
    COLLAB_STATE: state ?? overview.state,
    COLLAB_VERDICT: overview.validity?.verdict ?? '',
  };
}
