import { expect, test } from 'vitest';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { benchOf, type TrialBench } from '../../../tests/fixtures/trial-bench.js';
import type { FakeRole } from '../../deployment/runtimes/fake-runtime.js';
import { CollabError } from '../../errors.js';

const roles = [roleOf('worker'), roleOf('other')];
const errorOf = (name: string) => new CollabError(name, { what: `${name}.`, next: 'Check it.', exitCode: 4 });

/** Nothing answers from now on. */
function cut(bench: TrialBench, device: string): void {
  const shell = bench.shellOf(device);
  const refuse = () => Promise.reject(errorOf('connection-lost'));
  Object.assign(shell, { list: refuse, read: refuse, open: refuse, exec: refuse, write: refuse });
}

test('a device that is lost ends the trial; what runs elsewhere is stopped and collected', async () => {
  const bench = benchOf(roles, (bench) => async (role) => {
    await role.print('measured');
    if (role.order.role === 'worker') bench().clock.after(3000, () => cut(bench(), 'worker-box'));
  });
  expect(await bench.run()).toMatchObject({
    state: 'lost',
    device: 'worker-box',
    lastHeardAt: new Date(0),
    reason: 'connection-lost.',
    isGone: true,
  });
  expect(bench.role('other-0').fate).toEqual(['stopped', 'removed']);
  expect(bench.role('worker-0').fate).toEqual([]);
  expect(bench.events.find(({ kind }) => kind === 'run.stopping')).toMatchObject({
    reason: 'worker-box was lost. It was last heard of at 1970-01-01 00:00:00 UTC.',
  });
});

test('a device that is lost before its logs are here ends the trial as lost, not as complete', async () => {
  const bench = benchOf(roles, (bench) => (role) => {
    bench().clock.after(2000, async () => {
      await role.exit();
      if (role.order.role !== 'worker') return;
      bench().shellOf('worker-box').list = () => Promise.reject(errorOf('connection-lost'));
    });
  });
  expect(await bench.run()).toMatchObject({ state: 'lost', device: 'worker-box' });
});

test('a device with a full disk is lost to the trial, but what is on it is collected', async () => {
  const bench = benchOf(roles, () => (role) => {
    if (role.order.role === 'worker') throw errorOf('device-full');
  });
  expect(await bench.run()).toMatchObject({ state: 'lost', device: 'worker-box', isGone: false });
  expect(bench.role('other-0').fate).toEqual(['stopped', 'removed']);
});

/** Its engine goes away after 2 s, for so long. */
function engineAway(forMs: number, survives: boolean) {
  return benchOf([roleOf('worker')], (bench) => (role: FakeRole) => {
    const { clock } = bench();
    const alive = role.alive.bind(role);
    clock.after(2000, () => {
      role.alive = () => Promise.reject(errorOf('no-engine'));
      role.waitForEnd = () => Promise.reject(errorOf('engine-cut'));
      role.die(null);
    });
    clock.after(2000 + forMs, () => {
      role.alive = survives ? () => Promise.resolve({ alive: true, reason: null }) : alive;
      role.waitForEnd = (signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    });
    if (survives) clock.after(20_000, () => role.exit());
  });
}

test('a role that survives the restart of its engine goes on', async () => {
  expect(await engineAway(5000, true).run()).toEqual({ state: 'complete' });
});

test('a role that its engine ended with itself is named, with the engine', async () => {
  expect(await engineAway(5000, false).run()).toMatchObject({
    state: 'lost',
    device: 'worker-box',
    reason: 'The Docker Engine of worker-box was restarted, which ended worker-0.',
    isGone: false,
  });
});

test('a role that its engine stopped when it came back is named, with the engine', async () => {
  const bench = engineAway(5000, true);
  bench.clock.after(4000, () =>
    bench.role('worker-0').exit({ code: null, signal: 'SIGTERM', reason: 'stopped' }),
  );
  expect(await bench.run()).toMatchObject({
    state: 'lost',
    reason: 'The Docker Engine of worker-box was restarted, which ended worker-0.',
  });
  expect(bench.role('worker-0').fate).toEqual(['removed']);
});

test('an engine that stays away is a loss of its device within 15 s', async () => {
  const bench = engineAway(600_000, false);
  expect(await bench.run()).toMatchObject({ state: 'lost', reason: 'no-engine.', isGone: true });
  expect(bench.clock.passedMs).toBeLessThan(2000 + 15_000);
});
