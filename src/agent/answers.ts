import { z } from 'zod';
import { messageOf, plainText } from '../errors.js';
import {
  abortQuestion,
  type Access,
  type BrokerAdmin,
  type JobsAnswer,
  type JobsQuestion,
  jobsQuestion,
  jobSpace,
  privateSpace,
  type questions,
  type ReplaceEvent,
  replaceQuestion,
  type ScrubEvent,
  sharedSpace,
  userIdentity,
  type WorkAnswer,
  type WorkQuestion,
  workQuestion,
} from '../fleet/index.js';

type Question = keyof typeof questions;
type Refusal = { kind: 'refused'; name: string; why: string };

/** A question that is not answered, for a reason that the asker reads. */
export class Refused extends Error {
  constructor(
    override readonly name: string,
    why: string,
  ) {
    super(why);
  }
}

/** A user who asks about jobs. */
export interface Asker {
  name: string;
  isAdmin: boolean;
}

/** What an agent does when it is asked. */
export interface Acts {
  placement(): Promise<unknown>;
  abort(space: string, ids: readonly string[]): Promise<number>;
  scrub(): AsyncIterable<ScrubEvent>;
  /** @param member id */
  replace(member: string): AsyncIterable<ReplaceEvent>;
  jobs(asker: Asker, question: JobsQuestion): AsyncIterable<JobsAnswer>;
  /** @param member id of the worker */
  work(member: string, question: WorkQuestion): Promise<WorkAnswer>;
}

/** Answers questions of one kind: JSON in, one JSON text per answer. The broker has checked who asks: it is in the subject. */
export function answerTo(
  what: Question,
  broker: Pick<BrokerAdmin, 'answer'>,
  acts: Acts,
  access: () => Promise<Access>,
): Disposable {
  return broker.answer(
    `ask.*.${what}`,
    async function* ({ subject, data }) {
      try {
        for await (const answer of answers(what, subject.split('.')[1] ?? '', data, acts, access))
          yield Buffer.from(JSON.stringify(answer));
      } catch (error) {
        yield Buffer.from(JSON.stringify(refusalOf(what, error)));
      }
    },
    `agents-${what}`,
  );
}

function refusalOf(what: Question, error: unknown): Refusal {
  // What an agent does for jobs is aborted when it does not lead any more. Who asks again reaches the next leader.
  if (what === 'jobs' && error instanceof Error && error.name === 'AbortError')
    return { kind: 'refused', name: 'jobs-not-read', why: 'the leader has just changed' };
  const name = error instanceof Refused ? error.name : 'store-not-answered';
  return { kind: 'refused', name, why: plainText(messageOf(error)) };
}

async function* answers(
  what: Question,
  identity: string,
  data: Uint8Array,
  acts: Acts,
  access: () => Promise<Access>,
): AsyncIterable<unknown> {
  switch (what) {
    case 'placement':
      yield await acts.placement();
      return;
    case 'abort': {
      const { space, ids } = parse(abortQuestion, data);
      if (!spacesOf(identity, await access()).includes(space))
        throw new Refused('store-refused', 'these files are not the files of who asks');
      yield { kind: 'aborted', removed: await acts.abort(space, ids) };
      return;
    }
    case 'scrub':
      checkAdmin(identity, await access());
      yield* acts.scrub();
      return;
    case 'replace':
      checkAdmin(identity, await access());
      yield* acts.replace(parse(replaceQuestion, data).member);
      return;
    case 'jobs':
      yield* acts.jobs(askerOf(identity, await access()), parse(jobsQuestion, data));
      return;
    case 'work':
      yield await acts.work(memberOf(identity), parse(workQuestion, data));
  }
}

function parse<T>(schema: z.ZodType<T>, data: Uint8Array): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(data).toString()));
  } catch {
    throw new Refused('store-bad-question', 'the question cannot be read; the versions of collab may differ');
  }
}

/** Spaces in which an identity may put files. Keepers are members too, and put shared files only. */
function spacesOf(identity: string, { users }: Access): string[] {
  const user = users.find(({ name }) => userIdentity(name) === identity);
  return user === undefined
    ? [sharedSpace, ...users.map(({ name }) => jobSpace(name))]
    : [sharedSpace, privateSpace(user.name), jobSpace(user.name)];
}

/** Keepers hold everything anyway, so what enters as one of them (their agents, and the owner) may ask for everything. */
function checkAdmin(identity: string, { users }: Access): void {
  const user = users.find(({ name }) => userIdentity(name) === identity);
  if (user?.role !== 'admin' && !identity.startsWith('m-'))
    throw new Refused('store-refused', 'only admins of the fleet may ask for this');
}

/** What enters as a keeper asks for the owner of the fleet, who is its first admin. */
function askerOf(identity: string, { users }: Access): Asker {
  const isKeeper = identity.startsWith('m-');
  const user = users.find(({ name, role }) =>
    isKeeper ? role === 'admin' : userIdentity(name) === identity,
  );
  if (user === undefined) throw new Refused('store-refused', 'this is no user of the fleet');
  return { name: user.name, isAdmin: user.role === 'admin' };
}

/** Who works is what the broker says, and nothing that the question says. */
function memberOf(identity: string): string {
  const [, id] = /^m-([0-9a-f]{20})$/.exec(identity) ?? [];
  if (id === undefined) throw new Refused('store-refused', 'only members of the fleet work on jobs');
  return id;
}
