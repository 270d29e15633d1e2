import { type FleetOptions, withJobs } from '../../session/index.js';
import { assignmentsText } from '../../text/index.js';

/** `collab job assignments [job]`: which device runs which tasks. */
export async function jobAssignments(wanted: string | undefined, flags: FleetOptions): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { signal, print }) => {
    const job = wanted === undefined ? null : await jobs.show(wanted, { signal });
    const workers = (await jobs.workers({ signal })).map((one) => ({
      ...one,
      holds: one.holds.filter((place) => job === null || place.job === job.id),
    }));
    print(assignmentsText(workers, jobs.memberName), {
      workers: workers.map((one) => ({ ...one, name: jobs.memberName(one.member) })),
    });
  });
}
