import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Access,
  type AgentConfig,
  apiListener,
  type Broker,
  type Caller,
  feedOf,
  FleetJobs,
  FleetStore,
  type JobFeed,
  listen,
  unauthorized,
  userOfToken,
} from '../fleet/index.js';
import type { AgentContext } from './duty.js';
import { knownMembers } from './known-members.js';

export interface KeeperApiParts {
  config: AgentConfig;
  /** It stays open when a request has ended. */
  broker: Broker;
  access: () => Promise<Access>;
}

/**
 * Serves the API of the fleet over TLS until the signal aborts. Users show tokens that they have signed. The broker lets a keeper do
 * everything, so each call is made in the name of its user: the leader, and the names of files, limit it to what that user may do.
 * @throws CollabError `api-not-listening`
 */
export async function serveKeeperApi(
  { config, broker, access }: KeeperApiParts,
  { clock, log, signal }: AgentContext,
): Promise<void> {
  const { api, state, version, fleet } = config;
  if (api === null) return;
  const [cert, key] = await Promise.all([
    readFile(join(state, 'member/tls.pem'), 'utf8'),
    readFile(join(state, 'member/tls-key.pem'), 'utf8'),
  ]);
  const feeds = new Map<string, JobFeed>();
  const listener = apiListener({ enter, log: (line) => log(`api: ${line}`), version });
  await using listening = await listen({ ...api, tls: { cert, key } }, listener);
  log(`api: listens on ${api.address} port ${listening.port}`);
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));

  async function enter(token: string | null): Promise<Caller> {
    const next = 'Make a token: collab api token. Send it as the header authorization: Bearer.';
    if (token === null) throw unauthorized('It has no token.', next);
    const found = userOfToken(token, await access(), clock.now());
    if ('refused' in found) throw unauthorized(found.refused, next);
    const { user } = found;
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
  }
}
