import { type FleetOptions, textOf, withJobs, writeOut } from '../../session/index.js';

export interface LogsFlags extends FleetOptions {
  task?: number;
  follow?: boolean;
}

/** `collab job logs <job>`: the standard output of its tasks, each with a line before it if there are several. */
export async function jobLogs(wanted: string, flags: LogsFlags): Promise<void> {
  const { task, follow, json = false } = flags;
  await withJobs(flags, 'result', async (jobs, { signal, say, print }) => {
    const job = await jobs.show(wanted, { signal });
    const isOne = task !== undefined || job.tasks === 1;
    const shown: object[] = [];
    for await (const log of jobs.logs(job.id, { task, follow }, { signal })) {
      const { task: of, attempt, content } = log;
      const stdout = json ? await textOf(content()) : undefined;
      shown.push({ task: of.task, attempt, state: of.state, stdout });
      if (json) continue;
      if (!isOne) process.stdout.write(`--- task ${of.task}, ${of.state} ---\n`);
      await writeOut(content(), signal);
    }
    const left = isOne ? 1 - shown.length : job.tasks - shown.length;
    if (left > 0 && follow !== true)
      say(
        `note: ${isOne ? 'the task has' : `${left} tasks have`} no output that is whole. --follow waits for it.`,
      );
    if (json) print(null, { id: job.id, tasks: shown });
  });
}
