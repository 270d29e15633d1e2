import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Broker, connectAdmin, connectBroker } from '../../src/fleet/broker/index.js';
import { ann, type Cluster, keeper } from '../fixtures/nats-cluster.js';
import { clusterWithStore } from '../fixtures/store-cluster.js';

/** Questions to agents, by way of real servers. */
let cluster: Cluster;
let user: Broker;
const nothing = new Uint8Array();
const answersTo = async (subject: string) => {
  const all: string[] = [];
  for await (const one of user.ask(subject, nothing)) all.push(Buffer.from(one).toString());
  return all;
};

beforeAll(async () => {
  cluster = await clusterWithStore();
  user = await connectBroker(cluster.access(ann));
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

it.concurrent(
  'an answer that takes longer than a silence may last is awaited',
  { timeout: 40_000 },
  async () => {
    await using agent = await connectAdmin(cluster.access(keeper));
    const subject = 'ask.u-ann.abort';
    const answering = agent.answer(subject, async function* () {
      await pause(12_000);
      yield Buffer.from('late');
    });
    expect(await answersTo(subject)).toEqual(['late']);
    answering[Symbol.dispose]();
  },
);

it.concurrent('what an agent was asked that died is asked of the next one', { timeout: 40_000 }, async () => {
  const subject = 'ask.u-ann.jobs';
  const first = await connectAdmin(cluster.access(keeper));
  let asked = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  first.answer(subject, async function* () {
    asked();
    await pause(60_000, undefined, { ref: false });
    yield nothing;
  });
  const answered = answersTo(subject);
  await isAsked;
  await first[Symbol.asyncDispose]();
  await using second = await connectAdmin(cluster.access(keeper));
  const answering = second.answer(subject, async function* () {
    yield await Promise.resolve(Buffer.from('from the next one'));
  });
  expect(await answered).toEqual(['from the next one']);
  answering[Symbol.dispose]();
});
