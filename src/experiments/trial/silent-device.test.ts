import { describe, expect, test } from 'vitest';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { benchOf, type TrialBench } from '../../../tests/fixtures/trial-bench.js';
import { FakeShell } from '../../network/shell/fake-shell.js';

const server = roleOf('server', { ready: { probe: { log: 'warm' }, timeoutS: 20 }, service: true });
const client = roleOf('client', { after: ['server'] });
const lone = roleOf('client');

describe('a device that does not answer how loaded it is', () => {
  /** From the given reading on, it does not answer. */
  const silentFrom = (bench: TrialBench, reading: number, then: () => void = () => undefined) => {
    let readings = 0;
    const shell = new FakeShell(() => {
      readings += 1;
      if (readings < reading) return {};
      setImmediate(then);
      return new Promise<never>(() => undefined);
    });
    bench.shells.set('client-box', shell);
  };

  test('an interruption before the roles start is obeyed at once, and none is started', async () => {
    const bench = benchOf([lone], () => (role) => role.exit());
    silentFrom(bench, 1, () => bench.abort.abort());
    const startedMs = performance.now();
    expect(await bench.run()).toEqual({ state: 'interrupted' });
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(bench.story()).toEqual(['run.stopping']);
    expect(bench.runtime.roles).toEqual([]);
  });

  test('an interruption while a role becomes ready starts no later one', async () => {
    const bench = benchOf([server, client], (of) => (role) => {
      of().journal = (event) => {
        if (event.kind === 'role.ready') of().abort.abort();
        return Promise.resolve();
      };
      return role.state('ready');
    });
    expect(await bench.run()).toEqual({ state: 'interrupted' });
    expect(bench.story()).not.toContain('role.starting client-0');
  });

  test('does not delay the stop of the roles when one fails', async () => {
    const bench = benchOf([lone], (of) => (role) => {
      of().clock.after(500, () => role.exit({ code: 2 }));
      return role.state('ready');
    });
    silentFrom(bench, 2);
    const startedMs = performance.now();
    expect(await bench.run()).toMatchObject({ failure: { reason: 'it exited with code 2' } });
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  test('does not delay an interruption', async () => {
    const bench = benchOf([lone], () => (role) => role.state('ready'));
    silentFrom(bench, 2, () => bench.abort.abort());
    const startedMs = performance.now();
    expect(await bench.run()).toEqual({ state: 'interrupted' });
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(bench.role('client-0').fate).toEqual(['stopped', 'removed']);
  });
});
