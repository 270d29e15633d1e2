import type { WorkerStatus } from '../jobs/index.js';
import type { Answer, Call, SentEvent } from './endpoint.js';
import type { Endpoints } from './endpoints.js';
import { noRuns } from './faults.js';
import type { Caller, Runs } from './caller.js';
import { asking } from './job-handlers.js';

/** Calls about the devices of the fleet, the runs of the workspace, and what happens. */
export const fleetHandlers = {
  async listMembers({ fleet, members }: Caller): Promise<Answer<Endpoints['listMembers']>> {
    return { fleet, members: [...(await members())] };
  },

  async listWorkers(
    { jobs }: Caller,
    { signal }: Call<Endpoints['listWorkers']>,
  ): Promise<Answer<Endpoints['listWorkers']>> {
    const workers = await jobs.workers(asking(signal));
    return { workers: workers.map((one) => ({ ...one, name: jobs.memberName(one.member) })) };
  },

  async listPools(
    { jobs }: Caller,
    { signal }: Call<Endpoints['listPools']>,
  ): Promise<Answer<Endpoints['listPools']>> {
    return { pools: poolsOf(await jobs.workers(asking(signal))) };
  },

  async listRuns({ runs }: Caller): Promise<Answer<Endpoints['listRuns']>> {
    const all = await there(runs).list();
    return { runs: all.map(({ runId, experiment }) => ({ run_id: runId, experiment })) };
  },

  getRun({ runs }: Caller, { parameters }: Call<Endpoints['getRun']>): Promise<Answer<Endpoints['getRun']>> {
    return there(runs).record(parameters.run);
  },

  // eslint-disable-next-line @typescript-eslint/require-await -- as all others
  async followEvents(
    { feed }: Caller,
    { query, headers, signal }: Call<Endpoints['followEvents']>,
  ): Promise<AsyncIterable<SentEvent>> {
    return feed.follow({ after: headers['last-event-id'] ?? null, only: query.job ?? null }, signal);
  },
};

/** Each tag of a worker is a pool. */
export function poolsOf(workers: readonly WorkerStatus[]): Answer<Endpoints['listPools']>['pools'] {
  const tags = [...new Set(workers.flatMap((one) => one.tags))].sort();
  return tags.map((name) => {
    const those = workers.filter((one) => one.tags.includes(name));
    return {
      name,
      workers: those.map(({ member }) => member),
      slots: those.reduce((sum, { slots }) => sum + slots, 0),
    };
  });
}

function there(runs: Runs | null): Runs {
  if (runs === null) throw noRuns();
  return runs;
}
