import { CollabError, type TaskLog } from '../../../index.js';
import { type FleetOptions, type Session, textOf, withJobs, writeOut } from '../../session/index.js';

export interface LogsFlags extends FleetOptions {
  task?: number;
  follow?: boolean;
}

const onStop = 'No longer following. The job goes on.';

/** `collab job logs <job>`: the standard output of its tasks, each with a line before it if there are several. */
export async function jobLogs(wanted: string, flags: LogsFlags): Promise<void> {
  const { task, follow = false, json = false } = flags;
  const work: Parameters<typeof withJobs>[2] = async (jobs, session) => {
    const { signal, emit, say, print } = session;
    const job = await jobs.show(wanted, { signal });
    const isOne = task !== undefined || job.tasks === 1;
    const shown: object[] = [];
    let running = 0;
    // One result tells how each task ended, so that it waits for that.
    const which = { task, follow, whole: json && follow };
    for await (const log of jobs.logs(job.id, which, { signal, emit })) {
      const { task: of, attempt, isRunning } = log;
      if (!json && !isOne) process.stdout.write(`--- task ${of.task}, ${of.state} ---\n`);
      const stdout = await written(log, { json, isOne }, session);
      shown.push({ task: of.task, attempt, state: of.state, stdout });
      if (isRunning) running += 1;
    }
    const left = isOne ? 1 - shown.length : job.tasks - shown.length;
    if (running > 0 && !follow)
      say(
        `note: ${isOne ? 'the task still runs' : `${running} tasks still run`}: there may be more. --follow goes on with it.`,
      );
    if (left > 0 && !follow)
      say(
        `note: ${isOne ? 'the task has' : `${left} tasks have`} printed nothing yet. --follow waits for it.`,
      );
    if (json) print(null, { id: job.id, tasks: shown });
  };
  await withJobs(flags, 'result', work, follow ? onStop : undefined);
}

/**
 * Writes what a task printed, or gives it for JSON: null if its worker could not be asked, which is said. Where there is one task only,
 * that is an error.
 */
async function written(
  { content }: TaskLog,
  { json, isOne }: { json: boolean; isOne: boolean },
  { signal, say }: Session,
): Promise<string | null | undefined> {
  try {
    if (json) return await textOf(content());
    await writeOut(content(), signal);
    return undefined;
  } catch (error) {
    if (isOne || !(error instanceof CollabError) || error.name !== 'job-output-unread') throw error;
    say(`note: ${error.what} ${error.why ?? ''}`);
    return null;
  }
}
