import { type FleetOptions, withJobs } from '../../session/index.js';
import { changedText } from '../../text/index.js';

/** `collab job cancel <job>`: its queued tasks are not begun, and its running ones are stopped. */
export async function jobCancel(wanted: string, flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { signal, print }) => {
    const { job, tasks } = await jobs.cancel(wanted, { signal });
    print(changedText('cancelled', tasks, job), { ...job, changed: tasks });
  });
}
