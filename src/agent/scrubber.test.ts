import { expect, it } from 'vitest';
import { contentIn, putFile, recordOf, storeBroker } from '../../tests/fixtures/filled-broker.js';
import { SteppedClock } from '../../tests/fixtures/stepped-clock.js';
import type { FakeBroker } from '../fleet/broker/fake-broker.js';
import { bucketStream } from '../fleet/broker/subjects.js';
import { chunkBytes } from '../fleet/files/record.js';
import { Scrubber } from './scrubber.js';

const id = 'a'.repeat(22);
const newId = 'n'.repeat(22);

async function scrubbed(broker: FakeBroker) {
  const { signal } = new AbortController();
  const scrubber = new Scrubber(broker, { clock: new SteppedClock(), signal }, () => newId);
  const events = [];
  for await (const event of scrubber.run()) if (event.kind !== 'progress') events.push(event);
  return events;
}

/** Damages the messages of all content on some servers. */
async function damage(broker: FakeBroker, servers: readonly string[], data: Uint8Array | null) {
  for (const subject of await contentIn(broker)) {
    const stream = bucketStream(Number(subject.split('.')[1]));
    const message = await broker.last(stream, subject);
    for (const server of servers) broker.damage(stream, server, message?.sequence ?? 0, data);
  }
}

const done = { kind: 'done', files: 1, versions: 1, damaged: 0, repaired: 0, lost: 0 };
const content = Buffer.alloc(2 * chunkBytes + 5, 'content');

it('reads every replica, and changes nothing that is good', async () => {
  const broker = await storeBroker();
  const before = await putFile(broker, 'a', id, content);
  expect(await scrubbed(broker)).toEqual([{ ...done, bytes: 3 * content.length }]);
  expect(await recordOf(broker, 'a')).toEqual(before);
});

it.each([
  ['lacks', null],
  ['has with flipped bits', Buffer.from('contEnt')],
])('writes a version anew that one replica %s', async (_what, data) => {
  const broker = await storeBroker();
  await putFile(broker, 'a', id, content);
  await damage(broker, ['s2'], data);
  expect(await scrubbed(broker)).toMatchObject([
    { kind: 'damaged', name: 'a', version: 1, part: 0, server: 's2' },
    { kind: 'repaired', name: 'a', version: 1 },
    { ...done, damaged: 1, repaired: 1 },
  ]);
  expect((await recordOf(broker, 'a')).versions).toMatchObject([{ n: 1, id: newId }]);
  expect(await contentIn(broker)).toHaveLength(3);
  expect(await scrubbed(broker)).toMatchObject([done]);
});

it('says what is lost, and keeps what is left of it', async () => {
  const broker = await storeBroker();
  const before = await putFile(broker, 'a', id, content);
  await damage(broker, ['s1', 's2', 's3'], null);
  const events = await scrubbed(broker);
  expect(events.filter(({ kind }) => kind !== 'damaged')).toMatchObject([
    { kind: 'lost', name: 'a', version: 1, part: 0 },
    { ...done, damaged: 3, lost: 1 },
  ]);
  expect(await recordOf(broker, 'a')).toEqual(before);
});

it('takes chunks that came twice, or late, for what they are', async () => {
  const broker = await storeBroker();
  await putFile(broker, 'a', id, content);
  const [first = ''] = await contentIn(broker);
  const message = await broker.last(bucketStream(Number(first.split('.')[1])), first);
  await broker.publish(first, message?.data ?? Buffer.alloc(0));
  expect(await scrubbed(broker)).toMatchObject([done]);
});

it('writes a record anew that one replica lacks', async () => {
  const broker = await storeBroker();
  await putFile(broker, 'a', id, content);
  broker.damage('INDEX', 's3', 1, null);
  expect(await scrubbed(broker)).toMatchObject([
    { kind: 'damaged', name: 'a', version: null, part: null, server: 's3' },
    { kind: 'repaired', name: 'a', version: null },
    { ...done, damaged: 1, repaired: 1 },
  ]);
});
