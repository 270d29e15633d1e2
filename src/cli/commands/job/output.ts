import { join } from 'node:path';
import { type FleetOptions, withJobs } from '../../session/index.js';
import { gotText } from '../../text/index.js';

/** `collab job output <job> [folder]`: what its tasks left, by default below Logs/jobs of the workspace. */
export async function jobOutput(
  wanted: string,
  folder: string | undefined,
  flags: FleetOptions,
): Promise<void> {
  await withJobs(flags, 'events', async (jobs, session) => {
    const placeOf = ({ id }: { id: string }) => folder ?? join(session.workspace.logs, 'jobs', id);
    const got = await jobs.output(wanted, placeOf, session);
    const { job, folder: path, files, totalBytes, left } = got;
    session.print(gotText(got, path), { id: job.id, folder: path, files, total_bytes: totalBytes, left });
  });
}
