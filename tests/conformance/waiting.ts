import { describe, expect, it } from 'vitest';
import type { ContainerSpec, Engine } from '../../src/deployment/index.js';
import { ExitCode } from '../../src/errors.js';
import { systemClock } from '../../src/events.js';

/** A part of the contract of every Engine. @param create makes a container that runs until it is stopped */
export function describeWaiting(
  engineOf: () => Engine,
  create: (change?: Partial<ContainerSpec>) => Promise<string>,
): void {
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

    it('can be killed, and is not started again by itself', async () => {
      const engine = engineOf();
      const id = await create({ restart: 'always' });
      await engine.start(id);
      await engine.kill(id);
      expect(await engine.inspect(id)).toMatchObject({ running: false, exitCode: 137 });
      await engine.kill(id);
      await engine.start(id);
      expect(await engine.inspect(id)).toMatchObject({ running: true });
      await engine.remove(id);
      await engine.kill(id);
    });

    it('can be paused and go on', async () => {
      const engine = engineOf();
      const id = await create();
      await expect(engine.pause(id)).rejects.toMatchObject({ exitCode: ExitCode.deviceUnreachable });
      await engine.start(id);
      expect(await engine.inspect(id)).toMatchObject({ running: true, paused: false });
      await engine.pause(id);
      expect(await engine.inspect(id)).toMatchObject({ running: true, paused: true });
      await engine.unpause(id);
      await engine.unpause(id);
      expect(await engine.inspect(id)).toMatchObject({ running: true, paused: false });
      await engine.remove(id);
      await engine.unpause(id);
    });
  });
}
