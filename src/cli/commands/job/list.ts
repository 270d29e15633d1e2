import { type FleetOptions, withJobs } from '../../session/index.js';
import { jobsText } from '../../text/index.js';

/** `collab job list`: all jobs of the fleet, the newest first. */
export async function jobList(flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { signal, print }) => {
    const all = await jobs.list({ signal });
    print(jobsText(all), { jobs: all });
  });
}
