import { type FleetJobs, type JobDefinition, type KnownFleet, supplyBase } from '../../index.js';
import type { Session } from './session.js';

/** Gets the job's base image onto the devices that may run its tasks. */
export async function baseFor(
  { base, pool }: JobDefinition,
  { jobs, session, fleet }: { jobs: FleetJobs; session: Session; fleet: KnownFleet },
): Promise<JobDefinition['base']> {
  const [workers, pools] = await Promise.all([
    jobs.workers(session),
    pool.length === 0 ? [] : jobs.pools.list(session),
  ]);
  return supplyBase(fleet, { name: base?.name ?? null, pool, pools, workers }, session);
}
