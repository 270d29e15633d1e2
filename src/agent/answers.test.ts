import { expect, it } from 'vitest';
import { storeBroker } from '../../tests/fixtures/filled-broker.js';
import type { Access } from '../fleet/index.js';
import { type Acts, answerTo } from './answers.js';

const users = [
  { name: 'ann', role: 'admin' as const, tokenSha256: '', brokerKey: null },
  { name: 'bob', role: 'user' as const, tokenSha256: '', brokerKey: null },
];
const access: Access = { fleet: 'lab', version: 1, users, members: [], removedMembers: [] };

/** Asks with what an agent answers that does everything it is asked for. */
async function ask(subject: string, question: unknown, fault: Error | null = null) {
  const broker = await storeBroker();
  const asked: unknown[] = [];
  const acts: Acts = {
    placement: () => Promise.resolve({ leader: null }),
    abort: (space, ids) => Promise.resolve(asked.push([space, ids])),
    async *scrub() {
      await Promise.resolve();
      yield { kind: 'repaired', name: 'a', version: 1 };
    },
    async *replace(member) {
      await Promise.resolve();
      yield { kind: 'removing', server: member };
    },
    async *jobs(asker, { kind }) {
      await Promise.resolve();
      asked.push([asker, kind]);
      if (fault !== null) throw fault;
      yield { kind: 'jobs', jobs: [] };
    },
    work(member, { session }) {
      asked.push([member, session]);
      return Promise.resolve({
        kind: 'work',
        run: [],
        stop: [],
        back: [],
        lacks_base: false,
        services: null,
      });
    },
  };
  const open = (['placement', 'abort', 'scrub', 'replace', 'jobs', 'work'] as const).map((what) =>
    answerTo(what, broker, acts, () => Promise.resolve(access)),
  );
  const answers: unknown[] = [];
  for await (const answer of broker.ask(subject, Buffer.from(JSON.stringify(question))))
    answers.push(JSON.parse(Buffer.from(answer).toString()));
  for (const one of open) one[Symbol.dispose]();
  return { answers, asked };
}

it('answers everybody where the replicas are', async () => {
  expect((await ask('ask.u-bob.placement', {})).answers).toEqual([{ leader: null }]);
});

it('removes the rest of a put for who could have put it', async () => {
  const shared = { space: 's', ids: ['v1'] };
  expect((await ask('ask.u-bob.abort', shared)).asked).toEqual([['s', ['v1']]]);
  expect((await ask('ask.u-bob.abort', { ...shared, space: 'p-bob' })).asked).toHaveLength(1);
  for (const asker of ['u-ann', 'm-00000000000000000001', 'u-gone']) {
    const { answers, asked } = await ask(`ask.${asker}.abort`, { ...shared, space: 'p-bob' });
    expect(answers).toMatchObject([{ kind: 'refused', name: 'store-refused' }]);
    expect(asked).toEqual([]);
  }
});

it('reads and replaces for admins, and for those that enter as a keeper', async () => {
  expect((await ask('ask.u-ann.scrub', {})).answers).toMatchObject([{ kind: 'repaired' }]);
  expect((await ask('ask.m-1.replace', { member: 'x' })).answers).toMatchObject([{ kind: 'removing' }]);
  expect((await ask('ask.u-bob.scrub', {})).answers).toMatchObject([{ kind: 'refused' }]);
  expect((await ask('ask.u-bob.replace', { member: 'x' })).answers).toMatchObject([{ kind: 'refused' }]);
});

const id = '0'.repeat(19) + '1';
const work = {
  format: 1,
  session: 's',
  slots: 1,
  tags: [],
  runs: 'process',
  bases: [],
  holds: [],
  ended: [],
};

it('takes who works from the subject, and lets only members work', async () => {
  const forged = { ...work, member: '0'.repeat(20), identity: 'm-x' };
  expect((await ask(`ask.m-${id}.work`, forged)).asked).toEqual([[id, 's']]);
  for (const asker of ['u-ann', 'u-bob', 'm-x', `m-${id}0`, `u-m-${id}`]) {
    const { answers, asked } = await ask(`ask.${asker}.work`, work);
    expect(answers).toMatchObject([{ kind: 'refused', name: 'store-refused' }]);
    expect(asked).toEqual([]);
  }
});

it('tells whose jobs they are by the access document', async () => {
  const question = { kind: 'list', owner: 'ann', name: 'ann' };
  expect((await ask('ask.u-bob.jobs', question)).asked).toEqual([[{ name: 'bob', isAdmin: false }, 'list']]);
  expect((await ask('ask.u-ann.jobs', question)).asked).toEqual([[{ name: 'ann', isAdmin: true }, 'list']]);
  // The owner of the fleet may enter as a keeper.
  expect((await ask(`ask.m-${id}.jobs`, question)).asked).toEqual([[{ name: 'ann', isAdmin: true }, 'list']]);
  expect((await ask('ask.u-gone.jobs', question)).answers).toMatchObject([{ kind: 'refused' }]);
});

it('refuses what is no question', async () => {
  expect((await ask('ask.u-ann.replace', { member: 3 })).answers).toMatchObject([
    { kind: 'refused', name: 'store-bad-question' },
  ]);
  expect((await ask('ask.u-ann.jobs', { kind: 'cancel', id: '../x' })).answers).toMatchObject([
    { kind: 'refused', name: 'store-bad-question' },
  ]);
  const badHold = { job: 'x.>', task: 0, attempt: 1 };
  expect((await ask(`ask.m-${id}.work`, { ...work, holds: [badHold] })).answers).toMatchObject([
    { kind: 'refused', name: 'store-bad-question' },
  ]);
  expect((await ask('ask.u-ann.abort', null)).answers).toMatchObject([{ kind: 'refused' }]);
});

it('who asks about jobs while the leader changes is told to ask again', async () => {
  const aborted = new DOMException('This operation was aborted', 'AbortError');
  expect((await ask('ask.u-bob.jobs', { kind: 'list' }, aborted)).answers).toEqual([
    { kind: 'refused', name: 'jobs-not-read', why: 'the leader has just changed' },
  ]);
  expect((await ask('ask.u-bob.jobs', { kind: 'list' }, new Error('x'))).answers).toEqual([
    { kind: 'refused', name: 'store-not-answered', why: 'x' },
  ]);
});
