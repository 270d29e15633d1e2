import { expect, it } from 'vitest';
import { dispatcherBed, jobA, one, submitOf } from '../../../tests/fixtures/dispatcher-bed.js';
import type { JobStatus } from '../../fleet/jobs/index.js';
import type { sendWebhook } from './webhook.js';

const url = 'https://hooks.example/secret-path?token=x';

/** Who is told. */
class Receiver {
  readonly got: { url: string; key: string; id: string; data: JobStatus }[] = [];
  answer: string | null = null;

  readonly send: typeof sendWebhook = (to, key, { id, body }) => {
    const said = JSON.parse(body) as { type: string; data: JobStatus };
    expect(said.type).toBe('job.ended');
    this.got.push({ url: to, key, id, data: said.data });
    return Promise.resolve(this.answer);
  };
}

async function endedJob(receiver: Receiver) {
  const bed = await dispatcherBed({}, receiver.send);
  /** The leader waits for no message, so it is given a moment each second. */
  const pass = async (seconds: number, leader = bed.leader) => {
    for (let second = 0; second < seconds; second += 1) {
      await bed.pass(1, [], leader);
      await new Promise((go) => setImmediate(go));
    }
  };
  await bed.ask(submitOf(jobA, 1, { notify: url }));
  const first = bed.worker(one);
  const { run } = await first.ask(bed.leader);
  expect(receiver.got).toEqual([]);
  await first.end(run[0], 'failed');
  for (let attempt = 2; attempt <= 3; attempt += 1)
    await first.end((await first.ask(bed.leader)).run[0], 'failed');
  await first.ask(bed.leader);
  return { ...bed, first, pass };
}

it('tells who a job names once that it has ended', async () => {
  const receiver = new Receiver();
  const { ask, pass, show, first, leader } = await endedJob(receiver);
  await pass(3);
  expect(receiver.got).toHaveLength(1);
  const [answer] = await ask({ kind: 'notify-key', renew: false });
  expect(receiver.got[0]).toMatchObject({
    url,
    key: answer?.kind === 'notify-key' ? answer.key : '',
    id: `${jobA}-0`,
    data: { id: jobA, state: 'failed', counts: { failed: 1 }, notify: 'https://hooks.example' },
  });
  expect(await show(jobA)).toMatchObject({ notice: { state: 'told', tries: 1, reason: null } });
  // Others do not see the secret in the address.
  expect(JSON.stringify(await show(jobA))).not.toContain('secret-path');
  await pass(5000);
  expect(receiver.got).toHaveLength(1);
  // When it ends once more, that is another message.
  await ask({ kind: 'retry', id: jobA });
  expect((await show(jobA)).notice).toBeNull();
  await first.end((await first.ask(leader)).run[0], 'done');
  await first.ask(leader);
  await pass(3);
  expect(receiver.got.map(({ id, data }) => [id, data.state])).toEqual([
    [`${jobA}-0`, 'failed'],
    [`${jobA}-1`, 'done'],
  ]);
});

it('tries for an hour, more and more rarely, and says why it failed', async () => {
  const receiver = new Receiver();
  receiver.answer = 'HTTP 500';
  const { pass, show } = await endedJob(receiver);
  await pass(2);
  expect(await show(jobA)).toMatchObject({ notice: { state: 'trying', tries: 1, reason: 'HTTP 500' } });
  await pass(90);
  expect(receiver.got).toHaveLength(4);
  await pass(3500);
  expect(receiver.got).toHaveLength(9);
  expect(await show(jobA)).toMatchObject({ notice: { state: 'given up', tries: 9 } });
  await pass(3000);
  expect(receiver.got).toHaveLength(9);
});

it('goes on where the leader before was, and does not tell again what was told', async () => {
  const receiver = new Receiver();
  receiver.answer = 'no answer';
  const { lead, stop, pass, show } = await endedJob(receiver);
  await pass(2);
  stop.abort();
  receiver.answer = null;
  const second = await lead();
  await pass(10, second.leader);
  expect(receiver.got).toHaveLength(2);
  expect(await show(jobA, second.leader)).toMatchObject({ notice: { state: 'told', tries: 2 } });
  second.stop.abort();
  const third = await lead();
  await pass(20, third.leader);
  expect(receiver.got).toHaveLength(2);
});

it('is not held up by one that does not answer', async () => {
  const receiver = new Receiver();
  const bed = await dispatcherBed({}, () => new Promise(() => undefined));
  await bed.ask(submitOf(jobA, 1, { notify: url }));
  const first = bed.worker(one);
  await first.end((await first.ask(bed.leader)).run[0], 'done');
  await first.ask(bed.leader);
  await bed.pass(3);
  await bed.ask(submitOf('20261121-120002-cccccc', 1));
  expect((await first.ask(bed.leader)).run).toHaveLength(1);
  expect(receiver.got).toEqual([]);
});

it('has a key for each user, which can be renewed', async () => {
  const { ask, lead, broker } = await dispatcherBed();
  const keyOf = async (user: string, renew = false) => {
    const [answer] = await ask({ kind: 'notify-key', renew }, user);
    return answer?.kind === 'notify-key' ? answer.key : '';
  };
  const own = await keyOf('ann');
  expect(Buffer.from(own.replace('whsec_', ''), 'base64')).toHaveLength(32);
  expect(await keyOf('ann')).toBe(own);
  expect(await keyOf('bob')).not.toBe(own);
  const next = await keyOf('ann', true);
  expect(next).not.toBe(own);
  expect(await keyOf('ann')).toBe(next);
  // They are no jobs, and lie where members may neither read nor write.
  const { leader } = await lead();
  expect(await ask({ kind: 'list' }, 'ann', leader)).toEqual([{ kind: 'jobs', jobs: [] }]);
  expect([...(await broker.subjects('JOBS', 'j.>')).keys()].sort()).toEqual([
    'j.fleet.key.ann',
    'j.fleet.key.bob',
  ]);
});
