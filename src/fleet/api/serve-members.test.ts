import { afterEach, beforeEach, expect, it } from 'vitest';
import { AskedLeader, member, refuse } from '../../../tests/fixtures/asked-leader.js';
import { CollabError, ExitCode } from '../../errors.js';
import { systemClock } from '../../events.js';
import type { MemberActs } from './caller.js';
import type { Endpoint } from './endpoint.js';
import { endpoints, type EndpointName } from './endpoints.js';
import { listen, type Listening } from './listen.js';
import { apiListener } from './listener.js';
import { fault as faultSchema } from './schemas.js';
import { workspaceCaller } from './serve-workspace.js';

const drain = {
  member,
  by: 'ann',
  drained_at: '2026-11-21T12:53:01.000Z',
  deadline_s: null,
  deadline_at: null,
  holds: [],
};
const notAdmin = new CollabError('member-refused', {
  what: 'Member nano1 does not allow this user to do that.',
  next: 'Ask an administrator of the fleet.',
  exitCode: ExitCode.deviceUnreachable,
});

let leader: AskedLeader;
let acts: MemberActs | null;
let acted: string[];
let listening: Listening;
beforeEach(async () => {
  leader = await AskedLeader.make();
  leader.answer = () => ({ kind: 'drains', drains: [drain] });
  acted = [];
  const note = (what: string) => Promise.resolve(acted.push(what));
  acts = {
    leave: (name) => note(`leave ${name}`).then(() => undefined),
    join: (name) => note(`join ${name}`),
  };
  const { jobs } = leader;
  const members = () => Promise.resolve([]);
  const enter = () => {
    const own = acts ?? { leave: () => Promise.resolve(), join: () => Promise.resolve(0) };
    const random = () => 0.5;
    const served = {
      fleet: 'test',
      jobs,
      members,
      acts: own,
      logsFolder: '/nowhere',
      clock: systemClock,
      random,
    };
    return Promise.resolve({ ...workspaceCaller(served), acts });
  };
  const listener = apiListener({ enter, log: () => undefined, version: '0.1.0' });
  listening = await listen({ address: '127.0.0.1', port: 0, tls: null }, listener);
});
afterEach(() => listening[Symbol.asyncDispose]());

const call = (path: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${listening.port}/v1${path}`, init);
const drained = (body: object): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
async function refusal(path: string, init: RequestInit): Promise<[number, string]> {
  const answer = await call(path, init);
  return [answer.status, faultSchema.parse(await answer.json()).name];
}

const calls: readonly [EndpointName, string, RequestInit][] = [
  ['listDrains', '/drains', {}],
  ['drainMember', '/members/nano1/drain', drained({ deadline_s: 60 })],
  ['undrainMember', `/members/${member}/drain`, { method: 'DELETE' }],
  ['leaveFleet', '/members/nano1/leave', { method: 'POST' }],
  ['joinFleet', '/members/nano1/join', { method: 'POST' }],
];

it.each(calls)('%s answers as the specification says', async (name, path, init) => {
  const answer = await call(path, init);
  const { status, answer: schema }: Endpoint = endpoints[name];
  const body: unknown = await answer.json();
  expect(answer.status, JSON.stringify(body)).toBe(status);
  expect(schema?.safeParse(body).error).toBeUndefined();
  expect(body).toMatchObject(name === 'listDrains' ? { drains: [{ name: 'nano1' }] } : {});
});

it('drains a member that is there, with a deadline that can be kept, for admins', async () => {
  await call('/members/nano1/drain', drained({}));
  expect(leader.asked.at(-1)).toEqual({ kind: 'drain', member, deadline_s: null });
  expect(await refusal('/members/nano9/drain', drained({}))).toEqual([404, 'fleet-member-unknown']);
  const never = drained({ deadline_s: -1 });
  expect(await refusal('/members/nano1/drain', never)).toEqual([400, 'api-bad-request']);
  leader.answer = () => refuse('drain-admins-only', 'only admins of the fleet say which members get tasks');
  expect(await refusal('/members/nano1/drain', drained({}))).toEqual([403, 'drain-admins-only']);
});

it('lets members leave and join for an admin of a workspace, and says that a keeper cannot', async () => {
  await call('/members/nano1/leave', { method: 'POST' });
  await call('/members/nano1/join', { method: 'POST' });
  expect(acted).toEqual(['leave nano1', 'join nano1']);
  acts = { leave: () => Promise.reject(notAdmin), join: () => Promise.reject(notAdmin) };
  expect(await refusal('/members/nano1/leave', { method: 'POST' })).toEqual([403, 'member-refused']);
  acts = null;
  for (const what of ['leave', 'join'])
    expect(await refusal(`/members/nano1/${what}`, { method: 'POST' })).toEqual([403, 'api-no-member-acts']);
});
