import { describe, expect, it } from 'vitest';
import { CollabError } from '../../errors.js';
import { Link } from './link.js';
import { Semaphore } from './semaphore.js';
import { connectionLost } from './ssh-errors.js';

describe('Semaphore', () => {
  it('admits up to its count, and the others in order', async () => {
    const semaphore = new Semaphore(2);
    const order: number[] = [];
    let inside = 0;
    let most = 0;
    await Promise.all(
      [0, 1, 2, 3, 4].map(async (number) => {
        const release = await semaphore.acquire();
        order.push(number);
        most = Math.max(most, (inside += 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
        release();
        release();
      }),
    );
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it('gives a slot at once, or not at all', () => {
    const semaphore = new Semaphore(1);
    const release = semaphore.tryAcquire();
    expect(semaphore.tryAcquire()).toBeNull();
    release?.();
    expect(semaphore.tryAcquire()).toBeTypeOf('function');
  });

  it('removes a waiter that is interrupted', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const stop = new AbortController();
    const waiting = semaphore.acquire(stop.signal);
    const next = semaphore.acquire();
    stop.abort();
    await expect(waiting).rejects.toBeInstanceOf(CollabError);
    release();
    expect(await next).toBeTypeOf('function');
  });
});

describe('Link', () => {
  it('rejects pending and later work, and calls each listener once', async () => {
    const link = new Link('pi@nano1');
    const called: string[] = [];
    link.onLost((error) => called.push(error.name));
    link.onLost(() => called.push('never'))();
    const waiting = link.hold(() => undefined);
    expect(await link.hold<number>((resolve) => resolve(7))).toBe(7);
    link.lose(connectionLost('pi@nano1', 'The cable was cut.'));
    link.lose(connectionLost('pi@nano1', 'again'));
    await expect(waiting).rejects.toMatchObject({ name: 'connection-lost', why: 'The cable was cut.' });
    await expect(link.hold((resolve) => resolve(1))).rejects.toMatchObject({ why: 'The cable was cut.' });
    link.onLost((error) => called.push(`late ${error.name}`));
    expect(called).toEqual(['connection-lost', 'late connection-lost']);
  });
});
