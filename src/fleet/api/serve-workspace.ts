import { createHash, timingSafeEqual } from 'node:crypto';
import { CollabError, ExitCode } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { FleetJobs } from '../jobs/index.js';
import type { Member } from '../membership/index.js';
import type { Caller, MemberActs } from './caller.js';
import { unauthorized } from './faults.js';
import { feedOf } from './job-handlers.js';
import { listen, type Listening } from './listen.js';
import { apiListener } from './listener.js';
import { workspaceRuns } from './workspace-runs.js';

export interface ServedWorkspace {
  fleet: string;
  /** All calls have the rights of the user who opened these. */
  jobs: FleetJobs;
  members: () => Promise<readonly Member[]>;
  acts: MemberActs;
  logsFolder: string;
  token: string;
  version: string;
  clock: Clock;
  random: () => number;
  log: (line: string) => void;
}

/**
 * Serves the API to programs of this machine, as the user of the workspace.
 * @throws CollabError `api-not-loopback`, `api-not-listening`
 */
export async function serveWorkspace(
  served: ServedWorkspace,
  { address, port }: { address: string; port: number },
): Promise<Listening> {
  if (!/^127(\.\d{1,3}){3}$|^::1$|^localhost$/.test(address)) throw notLoopback(address);
  const { token, version, log } = served;
  const caller = workspaceCaller(served);
  const enter = (given: string | null): Promise<Caller> => {
    if (given !== null && isSameSecret(given, token)) return Promise.resolve(caller);
    const why = given === null ? 'It has no token.' : 'Its token is another one.';
    return Promise.reject(
      unauthorized(why, 'Send the header authorization: Bearer with the token that collab api prints.'),
    );
  };
  return listen({ address, port, tls: null }, apiListener({ enter, log, version }));
}

/** Calls with the rights of the user who opened the jobs. */
export function workspaceCaller(
  served: Pick<ServedWorkspace, 'fleet' | 'jobs' | 'members' | 'acts' | 'logsFolder' | 'clock' | 'random'>,
): Caller {
  const { fleet, jobs, members, acts, logsFolder, clock } = served;
  const session = Math.floor(served.random() * 2 ** 48).toString(36);
  return {
    fleet,
    jobs,
    feed: feedOf(jobs, clock, session),
    acts,
    members: async () => (await members()).map(memberAnswer),
    runs: workspaceRuns(logsFolder),
  };
}

/** Whether two secrets are the same, in a time that says nothing about where they differ. */
export function isSameSecret(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}

const memberAnswer = (one: Member) => ({
  id: one.id,
  name: one.name,
  state: one.state,
  address: one.address.slice(0, one.address.lastIndexOf(':')),
  tags: [...one.tags],
  architecture: one.architecture,
  cores: one.cores,
  memory_bytes: one.memoryBytes,
  accelerator: one.accelerator,
  keeper: one.keeper,
});

function notLoopback(address: string): CollabError {
  return new CollabError('api-not-loopback', {
    what: `collab api does not listen on ${address}.`,
    why: 'It has no TLS, so that everybody on the network could read the token.',
    next: 'Use it on this machine (127.0.0.1), or the API of the keepers: api: true in fleet.yaml.',
    exitCode: ExitCode.usage,
  });
}
