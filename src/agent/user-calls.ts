import { randomBytes } from 'node:crypto';
import {
  type AgentConfig,
  type Broker,
  type Caller,
  feedOf,
  FleetJobs,
  FleetStore,
  type JobFeed,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import { knownMembers } from './known-members.js';

/**
 * Calls on a keeper in the name of users. The broker lets a keeper do everything, so each call is made in the name of its user: the
 * leader, and the names of files, limit it to what that user may do.
 * @param broker stays open when a call has ended
 */
export function userCalls(
  config: AgentConfig,
  broker: Broker,
  { clock }: Pick<AgentContext, 'clock'>,
): (user: string) => Promise<Caller> {
  const { fleet } = config;
  const feeds = new Map<string, JobFeed>();
  return async (user) => {
    const all = await knownMembers(config);
    const names = new Map(all.map(({ id, name }) => [id, name]));
    const context = { clock, random: () => Math.random() };
    const jobs = new FleetJobs(broker, await FleetStore.open(broker, { fleet, user, names }), context);
    let feed = feeds.get(user);
    if (feed === undefined) {
      feed = feedOf(jobs, clock, randomBytes(6).toString('hex'));
      feeds.set(user, feed);
    }
    return { fleet, jobs, feed, members: () => Promise.resolve(all), acts: null, runs: null };
  };
}
