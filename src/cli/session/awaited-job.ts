import { CollabError, ExitCode, type FleetJobs, type JobStatus, plainText } from '../../index.js';
import { countsText, endedText } from '../text/index.js';
import { textOf, writeOut } from './job-output.js';
import type { Session } from './session.js';

/**
 * Waits for a job, prints how it ended, and the standard output of a job of one task.
 * @throws CollabError `job-failed`, `job-cancelled` unless all its tasks are done; `interrupted`
 */
export async function awaitJob(
  jobs: FleetJobs,
  id: string,
  { json = false }: { json?: boolean | undefined },
  session: Session,
): Promise<void> {
  const { signal, print } = session;
  try {
    const job = await jobs.wait(id, session);
    if (job.tasks > 1) print(endedText(job), job);
    else await printOnly(jobs, job, json, session);
    await throwIfNotDone(jobs, job, signal);
  } catch (error) {
    throw signal.aborted ? goesOn(id, error) : error;
  }
}

/** The only task of a job. One that was cancelled before it began has no output. */
async function printOnly(jobs: FleetJobs, job: JobStatus, json: boolean, session: Session): Promise<void> {
  const { signal, print } = session;
  let stdout = '';
  for await (const { content } of jobs.logs(job.id, {}, { signal })) {
    if (json) stdout += await textOf(content());
    else await writeOut(content(), signal);
  }
  if (json) print(null, { ...job, stdout });
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
