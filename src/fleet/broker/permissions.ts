import {
  indexStream,
  inboxOf,
  jobSpace,
  jobStream,
  jobSubject,
  memberIdentity,
  printedQuestion,
  privateSpace,
  sharedSpace,
  storeStream,
  userIdentity,
  workerInboxOf,
} from './subjects.js';

/** Who enters a broker. Keepers hold all data anyway, so their agents may do everything in the fleet's account. */
export type Identity =
  | { kind: 'user'; name: string; role: 'admin' | 'user' }
  /** It runs tasks of these users. */
  | { kind: 'member'; id: string; users: readonly string[] }
  | { kind: 'keeper'; id: string };

export interface Permissions {
  publish: readonly string[];
  subscribe: readonly string[];
}

/** What the broker lets an identity do; it refuses everything else (nats-server's `permissions`). */
export function permissionsOf(identity: Identity): Permissions {
  if (identity.kind === 'keeper') return { publish: ['>'], subscribe: ['>'] };
  const own = identity.kind === 'user' ? userIdentity(identity.name) : memberIdentity(identity.id);
  const spaces =
    identity.kind === 'user'
      ? [sharedSpace, privateSpace(identity.name), jobSpace(identity.name)]
      : [sharedSpace, ...identity.users.map(jobSpace)];
  const asked = ['placement', 'abort', identity.kind === 'user' ? 'jobs' : 'work'];
  if (identity.kind === 'user' && identity.role === 'admin') asked.push('scrub', 'replace');
  return {
    publish: [
      ...spaces.flatMap((space) => [
        `f.*.${space}.>`,
        `i.${space}.>`,
        // Each reads one subject, or those below one, of the streams. The requests that take a filter in their text, which no
        // permission could see, are not among them: STREAM.INFO of other streams, STREAM.MSG.GET, STREAM.PURGE, CONSUMER.DURABLE.CREATE.
        `$JS.API.DIRECT.GET.*.f.*.${space}.>`,
        `$JS.API.DIRECT.GET.${indexStream}.i.${space}.>`,
        `$JS.API.CONSUMER.CREATE.${indexStream}.*.i.${space}.>`,
      ]),
      `$JS.API.CONSUMER.MSG.NEXT.${indexStream}.*`,
      `$JS.API.DIRECT.GET.${storeStream}.meta.>`,
      // Tells a store that is not there from one that does not answer. Everybody may read all of this stream.
      `$JS.API.STREAM.INFO.${storeStream}`,
      // How a task ended. Jobs themselves are written by the leader only.
      ...(identity.kind === 'member'
        ? [
            `${jobSubject('*')}.*`,
            `${jobSubject('*')}.*.late.*`,
            // Tells one's own message, of which the acknowledgement was lost, from another's.
            `$JS.API.DIRECT.GET.${jobStream}.${jobSubject('*')}.*`,
            // What it answers to who asks what its tasks print.
            `${workerInboxOf('*', identity.id)}.>`,
          ]
        : [printedQuestion(own, '*')]),
      ...asked.map((what) => `ask.${own}.${what}`),
    ],
    subscribe: [
      `${inboxOf(own)}.>`,
      ...(identity.kind === 'member' ? [printedQuestion('*', identity.id)] : []),
    ],
  };
}
