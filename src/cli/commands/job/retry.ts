import { type FleetOptions, withJobs } from '../../session/index.js';
import { changedText } from '../../text/index.js';

/** `collab job retry <job> --failed`: the tasks that failed get as many attempts again. */
export async function jobRetry(wanted: string, flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { signal, print }) => {
    const { job, tasks } = await jobs.retry(wanted, { signal });
    print(changedText('tried again', tasks, job), { ...job, changed: tasks });
  });
}
