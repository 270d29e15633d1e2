import { join } from 'node:path';
import { lanOf, writeJobRun } from '../../../index.js';
import { type FleetOptions, withJobs } from '../../session/index.js';
import { gotText } from '../../text/index.js';

/** `collab job output <job> [folder]`: what its tasks left, as a run, by default below Logs/jobs of the workspace. */
export async function jobOutput(
  wanted: string,
  folder: string | undefined,
  flags: FleetOptions,
): Promise<void> {
  await withJobs(flags, 'events', async (jobs, session, known) => {
    const placeOf = ({ id }: { id: string }) => folder ?? join(session.workspace.logs, 'jobs', id);
    const got = await jobs.output(wanted, placeOf, session);
    const place = { fleet: known.name, lan: await lanOf(known), nameOf: jobs.memberName };
    await writeJobRun(got, place, session.clock);
    const { job, folder: path, files, totalBytes, left } = got;
    session.print(gotText(got, path), { id: job.id, folder: path, files, total_bytes: totalBytes, left });
    session.say(`To see the results: collab show ${folder ?? job.id}`);
  });
}
