import { spawn } from 'node:child_process';
import { CollabError, ExitCode, type JobStatus } from '../../index.js';

/**
 * Runs a user's command after a job has ended, with the shell of this machine. It knows the job from COLLAB_JOB_ID, COLLAB_JOB_NAME and
 * COLLAB_JOB_STATE.
 * @param output where its standard output goes: with --json, ours has JSON only
 * @returns its exit code
 * @throws CollabError `then-not-run` if it could not be started, or a signal ended it
 */
export function runThen(
  command: string,
  { id, name, state }: JobStatus,
  output: 'stdout' | 'stderr',
): Promise<number> {
  const env = {
    ...process.env,
    COLLAB_JOB_ID: id,
    COLLAB_JOB_NAME: name,
    COLLAB_JOB_STATE: state,
  };
  return new Promise((resolve, reject) => {
    const running = spawn(command, {
      shell: true,
      env,
      stdio: ['inherit', output === 'stdout' ? 'inherit' : process.stderr, 'inherit'],
    });
    running.once('error', (error) => reject(notRun(command, error.message)));
    running.once('exit', (code, signal) => {
      if (code === null) reject(notRun(command, `${String(signal)} ended it.`));
      else resolve(code);
    });
  });
}

/** @throws CollabError `then-failed` for another exit code than 0 */
export function throwIfThenFailed(command: string, code: number): void {
  if (code === 0) return;
  throw new CollabError('then-failed', {
    what: `The job is done, and the command after it ended with exit code ${code}.`,
    why: command,
    next: 'See its output above. The output of the job is kept: collab job output <job>',
    exitCode: ExitCode.internal,
  });
}

function notRun(command: string, why: string): CollabError {
  return new CollabError('then-not-run', {
    what: `The job has ended, and the command after it did not run to its end: ${command}`,
    why,
    next: 'Run it yourself. The output of the job is kept: collab job output <job>',
    exitCode: ExitCode.internal,
  });
}
