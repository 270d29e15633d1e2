import { expect, it } from 'vitest';
import { contentIn, storeBroker } from '../../../tests/fixtures/filled-broker.js';
import { Put } from './put.js';
import { chunkBytes } from './record.js';

it('does not name what keepers may have removed because the put paused for hours', async () => {
  const broker = await storeBroker();
  let nowMs = 0;
  const putter = {
    broker,
    identity: 'u-ann',
    owner: 'ann',
    user: 'ann',
    keep: 5,
    now: () => new Date(nowMs),
  };
  const put = (pauseMs: number) =>
    new Put(putter, {}).run([
      {
        name: 'a',
        kind: 'file',
        mode: 0o644,
        target: null,
        async *content() {
          yield Buffer.alloc(chunkBytes);
          await new Promise((resolve) => setTimeout(resolve, 20));
          nowMs += pauseMs;
          yield Buffer.alloc(chunkBytes);
        },
      },
    ]);
  await expect(put(2 * 3_600_000)).rejects.toMatchObject({ name: 'store-put-paused' });
  expect(await broker.last('INDEX', 'i.s.a')).toBeNull();
  expect(await contentIn(broker)).not.toEqual([]);
  expect(await put(60_000)).toMatchObject([{ name: 'a', version: 1 }]);
});
