import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/deployment/index.js';
import { systemClock } from '../../src/events.js';

/** A part of the contract of every Engine. @param create makes a container that runs until it is stopped */
export function describeWaiting(engineOf: () => Engine, create: () => Promise<string>): void {
  describe('that runs', () => {
    it('is waited for to its end, however it comes', async () => {
      const engine = engineOf();
      const { signal } = new AbortController();
      const id = await create();
      await engine.waitForEnd(id, signal); // it does not run yet
      await engine.start(id);
      let over = false;
      const waiting = engine.waitForEnd(id, signal).then(() => (over = true));
      await engine.inspect(id);
      expect(over).toBe(false);
      await engine.stop(id, 0);
      await waiting;
      await engine.start(id);
      const removed = engine.waitForEnd(id, signal);
      await engine.remove(id);
      await removed;
      await engine.waitForEnd(id, signal); // it does not exist
    });

    it('is waited for until the signal aborts, by many at once and beside other requests', async () => {
      const engine = engineOf();
      const id = await create();
      await engine.start(id);
      const aborts = Array.from({ length: 12 }, () => new AbortController());
      const waiting = aborts.map(({ signal }) => engine.waitForEnd(id, signal));
      await systemClock.sleep(200);
      expect(await engine.inspect(id)).toMatchObject({ running: true });
      for (const abort of aborts) abort.abort();
      await Promise.all(waiting);
      await engine.waitForEnd(id, AbortSignal.abort());
      expect(await engine.inspect(id)).toMatchObject({ running: true });
      await engine.remove(id);
    });
  });
}
