import { expect, it } from 'vitest';
import { contentIn, storeBroker } from '../../../tests/fixtures/filled-broker.js';
import type { Broker } from '../broker/index.js';
import type { NewFile } from './file-store.js';
import { Put } from './put.js';
import { chunkBytes } from './record.js';

const putterOf = (broker: Broker, now = () => new Date()) => ({
  broker,
  identity: 'u-ann',
  owner: 'ann',
  owners: { user: 'ann', jobsOf: 'ann' },
  keep: 5,
  now,
});
const file = (content: NewFile['content']): NewFile => ({
  name: 'a',
  kind: 'file',
  mode: 0o644,
  target: null,
  content,
});

it('does not name what keepers may have removed because the put paused for hours', async () => {
  const broker = await storeBroker();
  let nowMs = 0;
  const put = (pauseMs: number) =>
    new Put(
      putterOf(broker, () => new Date(nowMs)),
      {},
    ).run([
      file(async function* () {
        yield Buffer.alloc(chunkBytes);
        await new Promise((resolve) => setTimeout(resolve, 20));
        nowMs += pauseMs;
        yield Buffer.alloc(chunkBytes);
      }),
    ]);
  await expect(put(2 * 3_600_000)).rejects.toMatchObject({ name: 'store-put-paused' });
  expect(await broker.last('INDEX', 'i.s.a')).toBeNull();
  expect(await contentIn(broker)).not.toEqual([]);
  expect(await put(60_000)).toMatchObject([{ name: 'a', version: 1 }]);
});

it('puts nothing while the disk of a keeper is full, and stops when it fills up', async () => {
  const broker = await storeBroker();
  const say = (...names: string[]) => {
    const keepers = names.map((name) => ({ id: name, name, free_bytes: 40e6, reserve_bytes: 64e6 }));
    return broker.publish('meta.full', Buffer.from(JSON.stringify({ format: 1, keepers })));
  };
  const put = () =>
    new Put(putterOf(broker), {}).run([
      file(async function* () {
        yield Buffer.alloc(chunkBytes);
        await say('nano2');
        await new Promise((resolve) => setTimeout(resolve, 3000));
        yield Buffer.alloc(chunkBytes);
      }),
    ]);
  const why = 'nano2 has 40 MB left, and 64 MB are to stay free.';
  await expect(put()).rejects.toMatchObject({ name: 'store-full', why });
  await expect(put()).rejects.toMatchObject({ name: 'store-full' });
  expect(await broker.last('INDEX', 'i.s.a')).toBeNull();
  await say();
  const [only] = await new Put(putterOf(broker), {}).run([
    file(async function* () {
      await Promise.resolve();
      yield Buffer.alloc(10);
    }),
  ]);
  expect(only).toMatchObject({ name: 'a', version: 1 });
});
