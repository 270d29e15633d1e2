import { describe, expect, test, vi } from 'vitest';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { benchOf } from '../../../tests/fixtures/trial-bench.js';

const server = roleOf('server', { ready: { probe: { log: 'warm' }, timeoutS: 20 }, service: true });
const client = roleOf('client', { after: ['server'] });
const lone = roleOf('client');

describe('following', () => {
  test('asks the device once a second, and not at all whether the role lives', async () => {
    let asked: unknown;
    const bench = benchOf([lone], (of) => (role) => {
      asked = vi.spyOn(role, 'alive');
      of().clock.after(20_000, () => role.exit());
      return role.state('ready');
    });
    const shell = bench.shellOf('client-box');
    const [list, open, read] = [vi.spyOn(shell, 'list'), vi.spyOn(shell, 'open'), vi.spyOn(shell, 'read')];
    await bench.run();
    expect(list.mock.calls.length).toBeGreaterThan(17);
    expect(list.mock.calls.length).toBeLessThan(25);
    expect(open).toHaveBeenCalledTimes(1); // state.jsonl, which stays open
    expect(read.mock.calls.length).toBeLessThan(10);
    // The load of the device: before the roles, when all have started, and when they have ended. And once the listening.
    const told = `${bench.role('client-0').folder}/told`;
    expect(shell.ran.map((argv) => argv.at(-1))).toEqual(['-s', told, '-s', '-s']);
    expect(asked).not.toHaveBeenCalled();
  });

  test('sees that a role is ready, or has ended, within 150 ms', async () => {
    const bench = benchOf([server, client], (of) => (role) => {
      const { clock } = of();
      if (role.order.role === 'server') clock.after(5040, () => role.state('ready'));
      else clock.after(7040, () => role.exit());
    });
    const atMs = new Map<string, number>();
    bench.journal = (event) => {
      atMs.set(`${event.kind} ${'role' in event ? event.role : ''}`, bench.clock.passedMs);
      return Promise.resolve();
    };
    expect(await bench.run()).toEqual({ state: 'complete' });
    const readyMs = atMs.get('role.ready server') ?? 0;
    expect(readyMs - 5040).toBeLessThanOrEqual(150);
    // This clock goes on by one look while the client is started.
    expect((atMs.get('role.ended client') ?? 0) - readyMs - 7040).toBeLessThanOrEqual(300);
  });

  test('asks again when an engine was restarted below a running role', async () => {
    const bench = benchOf([lone], (of) => (role) => {
      vi.spyOn(role, 'waitForEnd').mockRejectedValueOnce(new Error('the engine went away'));
      of().clock.after(10_000, () => role.exit());
      return role.state('ready');
    });
    expect(await bench.run()).toEqual({ state: 'complete' });
  });
});
