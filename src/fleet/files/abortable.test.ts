import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { abortable } from './abortable.js';

const pieces = 200;
const pieceBytes = 1 << 16;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('keeps no piece that was read, and one listener for all', async () => {
  const { signal } = new AbortController();
  const refs: WeakRef<Uint8Array>[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < pieces; at++) {
      await Promise.resolve();
      const piece = new Uint8Array(pieceBytes);
      refs.push(new WeakRef(piece));
      yield piece;
    }
  }
  const reading = abortable(source(), signal);
  for (let at = 0; at < pieces; at++) await reading.next();
  // What a job has looked at through a WeakRef stays until its end.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(5);
  expect((await reading.next()).done).toBe(true);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('ends when it is aborted, whatever its source does', async () => {
  const stop = new AbortController();
  let isReturned = false;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => undefined),
      return: () => {
        isReturned = true;
        return new Promise<never>(() => undefined);
      },
    }),
  };
  const reading = abortable(source, stop.signal).next();
  stop.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
  expect(isReturned).toBe(true);
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});
