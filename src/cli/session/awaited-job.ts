import { CollabError, ExitCode, type FleetJobs, type JobStatus, plainText } from '../../index.js';
import { countsText, endedText } from '../text/index.js';
import { textOf, writeOut } from './job-output.js';
import type { Session } from './session.js';
import { runThen, throwIfThenFailed } from './then-command.js';

/**
 * Waits for a job, prints how it ended, and the standard output of a job of one task. Then runs the command `then`, however it ended.
 * @throws CollabError `job-failed`, `job-cancelled` unless all its tasks are done; `then-failed`, `then-not-run`; `interrupted`
 */
export async function awaitJob(
  jobs: FleetJobs,
  id: string,
  { json = false, then }: { json?: boolean | undefined; then?: string | undefined },
  session: Session,
): Promise<void> {
  const { signal, print, say } = session;
  try {
    const job = await jobs.wait(id, session);
    const stdout = job.tasks > 1 ? undefined : await onlyOutput(jobs, job, json, signal);
    if (!json && job.tasks > 1) print(endedText(job), job);
    const code = then === undefined ? undefined : await runThen(then, job, json ? 'stderr' : 'stdout');
    if (json) print(null, { ...job, stdout, then_code: code });
    if (code !== undefined) say(`note: the command after the job ended with exit code ${code}`);
    await throwIfNotDone(jobs, job, signal);
    if (then !== undefined && code !== undefined) throwIfThenFailed(then, code);
  } catch (error) {
    throw signal.aborted ? goesOn(id, error) : error;
  }
}

/** Waits for a job that prints nothing by itself. @throws CollabError as `awaitJob` */
export async function awaitDone(jobs: FleetJobs, id: string, session: Session): Promise<JobStatus> {
  try {
    const job = await jobs.wait(id, session);
    await throwIfNotDone(jobs, job, session.signal);
    return job;
  } catch (error) {
    throw session.signal.aborted ? goesOn(id, error) : error;
  }
}

/** Prints what the only task of a job wrote, or returns it for JSON. One that was cancelled before it began has no output. */
async function onlyOutput(
  jobs: FleetJobs,
  job: JobStatus,
  json: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  let stdout = '';
  for await (const { content } of jobs.logs(job.id, {}, { signal })) {
    if (json) stdout += await textOf(content());
    else await writeOut(content(), signal);
  }
  return json ? stdout : undefined;
}

async function throwIfNotDone(jobs: FleetJobs, job: JobStatus, signal: AbortSignal): Promise<void> {
  const { id, name, tasks, counts } = job;
  const notDone = counts.failed + counts.cancelled;
  if (notDone === 0) return;
  const exitCode = counts.done > 0 ? ExitCode.partlyComplete : ExitCode.experimentFailed;
  if (counts.failed === 0) {
    throw new CollabError('job-cancelled', {
      what: `The job ${name} was cancelled: ${countsText(counts)}.`,
      next: `What its tasks left: collab job output ${id}`,
      exitCode,
    });
  }
  throw new CollabError('job-failed', {
    what:
      tasks === 1 ? `The task of ${name} failed.` : `${counts.failed} of ${tasks} tasks of ${name} failed.`,
    why: await firstFailure(jobs, id, signal),
    next: `See the tasks: collab job show ${id}. When the cause is gone: collab job retry ${id} --failed`,
    exitCode,
  });
}

/** How the first task that failed did so, with the last lines of its output. */
async function firstFailure(jobs: FleetJobs, id: string, signal: AbortSignal): Promise<string | undefined> {
  for await (const { task, state, ends } of jobs.tasks(id, { signal })) {
    const last = ends.at(-1);
    if (state !== 'failed' || last === undefined) continue;
    const attempts = `${ends.length} ${ends.length === 1 ? 'attempt' : 'attempts'}`;
    const why = last.reason ?? (last.code === null ? last.outcome : `exit code ${last.code}`);
    const lines = plainText(last.last_lines).trimEnd();
    const devices = [...new Set(ends.map(({ member }) => jobs.memberName(member)))].join(', ');
    const where = `Task ${task}, after ${attempts} on ${devices}: ${plainText(why)}`;
    return lines === '' ? where : `${where}\n${lines}`;
  }
  return undefined;
}

function goesOn(id: string, cause: unknown): CollabError {
  return new CollabError('interrupted', {
    what: `Interrupted. The job ${id} goes on.`,
    next: `See how far it is: collab job show ${id}. To end it: collab job cancel ${id}`,
    exitCode: ExitCode.interrupted,
    cause,
  });
}
