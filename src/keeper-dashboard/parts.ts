import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { OpenKeeper } from '../agent/index.js';
import type { DashboardParts, DashboardPlace } from '../dashboard/index.js';
import { apiListener, type Clock, submitZip } from '../index.js';

/** A keeper has no workspace: no runs, and no devices but its members. */
const views = ['fleet', 'jobs', 'inference', 'files'] as const;
const loopback = ['localhost', '127.0.0.1', '::1'];

/** What the dashboard of a keeper is made of. Acts have the rights of the user who came in. */
export function dashboardOf(
  keeper: OpenKeeper,
  { clock, log }: { clock: Clock; log: (line: string) => void },
): { parts: DashboardParts; place: DashboardPlace } {
  const { config, pair } = keeper;
  const { dashboard, fleet, member, state, version } = config;
  if (dashboard === null) throw new Error('this keeper serves no dashboard');
  const listeners = new Map<string, RequestListener>();
  const listenerOf = (user: string): RequestListener => {
    const listener = listeners.get(user) ?? apiListener({ enter: () => keeper.callsOf(user), log, version });
    listeners.set(user, listener);
    return listener;
  };
  const parts: DashboardParts = {
    fleet,
    members: (signal) => keeper.members(signal),
    store: (signal) => keeper.store(signal),
    workers: async (signal) => (await keeper.sharedCalls()).jobs.workers({ signal }),
    jobs: async (signal) => (await keeper.sharedCalls()).jobs.list({ signal }),
    submit: async (zip, written, user) => {
      const { jobs } = await keeper.callsOf(user);
      // The base images are where the owner of the fleet brought them.
      const baseOf = ({ base }: { base: { name: string; refs: string[] } | null }) => Promise.resolve(base);
      return submitZip(zip, written, { jobs, baseOf, acts: { emit: () => undefined } });
    },
    api: (request: IncomingMessage, response: ServerResponse, user) => {
      listenerOf(user)(request, response);
    },
    routes: [],
    views,
    folder: join(state, 'dashboard'),
    readOnly: false,
    secret: () => randomBytes(32).toString('base64url'),
    version,
    clock,
    log,
  };
  const place: DashboardPlace = {
    address: dashboard.address,
    port: dashboard.port,
    // Its addresses may change while it runs.
    hosts: () => [config.address, `${member.id}.collab`, ...ownAddresses(), ...loopback, ...dashboard.hosts],
    visitors: { ofToken: (token) => keeper.ofToken(token), mayStay: (visitor) => keeper.isUser(visitor) },
    tls: pair,
  };
  return { parts, place };
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
