import { expect, it } from 'vitest';
import { systemClock } from '../../src/events.js';
import { type Broker, connectAdmin, connectBroker, type JobsAnswer } from '../../src/fleet/index.js';
import {
  jobDefinition,
  type JobsQuestion,
  type WorkQuestion,
  workAnswer,
} from '../../src/fleet/jobs/index.js';
import { FakeWorker } from '../fixtures/fake-workers.js';
import { ensureStreams } from '../fixtures/filled-broker.js';
import { leadJobs } from '../fixtures/jobs-leader.js';
import { ann, keeper, plainMember, startCluster } from '../fixtures/nats-cluster.js';

const id = '20261121-120000-aaaaaa';

async function only(broker: Broker, subject: string, question: unknown): Promise<unknown> {
  let found: unknown = null;
  for await (const answer of broker.ask(subject, Buffer.from(JSON.stringify(question))))
    found = JSON.parse(Buffer.from(answer).toString());
  return found;
}

it('runs each task of a job once, while servers are killed and leaders change', async () => {
  await using cluster = await startCluster({ servers: 3 });
  await using broker = await connectAdmin(cluster.access(keeper));
  await ensureStreams(broker);
  await using user = await connectBroker(cluster.access(ann));
  await using member = await connectBroker(cluster.access(plainMember));
  const memberId = plainMember.kind === 'member' ? plainMember.id : '';
  const ask = async (question: JobsQuestion) =>
    (await only(user, 'ask.u-ann.jobs', question)) as JobsAnswer | { kind: 'refused'; why: string };
  let leading = await leadJobs(broker);

  const definition = jobDefinition.parse({ name: 'a', command: ['x'], tasks: { kind: 'count', count: 400 } });
  const worker = new FakeWorker(memberId, member);
  worker.slots = 8;
  const overBroker = {
    work: async (asked: string, question: WorkQuestion) => {
      for (;;) {
        const answer = workAnswer.safeParse(
          await only(member, `ask.m-${asked}.work`, question).catch(() => null),
        );
        if (answer.success) return answer.data;
        await systemClock.sleep(200);
      }
    },
  };
  const waiting = worker.ask(overBroker);
  await systemClock.sleep(300);
  const beganMs = performance.now();
  expect(await ask({ kind: 'submit', id, definition })).toMatchObject({ kind: 'changed', tasks: 400 });
  await waiting;
  expect(performance.now() - beganMs).toBeLessThan(900);
  expect(worker.holds).toHaveLength(8);

  let ended = 0;
  for (let round = 0; ended < 400; round += 1) {
    for (const one of [...worker.holds]) if (await worker.end(one, 'done')) ended += 1;
    if (round === 10) await cluster.servers[1]?.kill();
    if (round === 20) {
      leading.end();
      leading = await leadJobs(broker);
    }
    if (round === 30) await cluster.servers[1]?.start();
    await worker.ask(overBroker);
  }
  await systemClock.sleep(2000);
  const answer = await ask({ kind: 'show', id });
  expect(answer).toMatchObject({ kind: 'job', job: { state: 'done', counts: { done: 400, failed: 0 } } });
  const attempts = await ask({ kind: 'tasks', id, from: 0, limit: 1000 });
  expect(attempts.kind === 'tasks' && attempts.tasks.every(({ ends }) => ends.length === 1)).toBe(true);
  leading.end();
}, 180_000);
