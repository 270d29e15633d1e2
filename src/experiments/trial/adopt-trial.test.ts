import { beforeEach, describe, expect, test } from 'vitest';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { TrialBench } from '../../../tests/fixtures/trial-bench.js';
import type { FakeRole } from '../../deployment/runtimes/fake-runtime.js';

const server = roleOf('server', { service: true });
const client = roleOf('client', { after: ['server'] });
let bench: TrialBench;

beforeEach(() => {
  bench = new TrialBench([server, client], () => undefined);
});

/** Starts both roles; both devices have been up for this long. */
async function begin(upS = 100): Promise<{ server: FakeRole; client: FakeRole }> {
  for (const role of ['server', 'client']) {
    await bench.start(role);
    await bench.role(`${role}-0`).state('started');
    await bench.shellOf(`${role}-box`).write('/proc/uptime', `${upS}.00 5.0\n`);
  }
  return { server: bench.role('server-0'), client: bench.role('client-0') };
}

const endedAt = (ended_monotonic_s: number) => ({ ended_monotonic_s });

describe('a trial whose controller is gone', () => {
  test('is followed to its end, and then its service is stopped and all is collected', async () => {
    const roles = await begin();
    bench.clock.after(4000, () => roles.client.exit());
    expect(await bench.adopt('server', 'client')).toEqual({ state: 'complete' });
    expect(bench.story()).toEqual(['role.ended client-0', 'role.ended server-0']);
    expect(roles.server.fate).toEqual(['stopped', 'removed']);
    expect(roles.client.fate).toEqual(['removed']);
  });

  test('is complete if its service ran on for a moment only', async () => {
    const roles = await begin();
    await roles.client.exit(endedAt(97));
    expect(await bench.adopt('server', 'client')).toEqual({ state: 'complete' });
  });

  test('is complete if its service was stopped as the trial ended', async () => {
    const roles = await begin(5000);
    await roles.client.exit(endedAt(97));
    await roles.server.exit({ code: null, signal: 'SIGTERM', reason: 'stopped', ...endedAt(98) });
    expect(await bench.adopt('server', 'client')).toEqual({ state: 'complete' });
  });

  test.each([
    ['ran on for 60 s', () => 'up', 'server-0 ran on for 60 s after the others had ended'],
    [
      'runs on a device that does not tell its time',
      () => '',
      'it cannot be known how long its services ran on',
    ],
  ])('is repeated if its service %s', async (_, up, why) => {
    const roles = await begin();
    if (up() === '') await bench.shellOf('client-box').remove('/proc/uptime');
    await roles.client.exit(endedAt(40));
    expect(await bench.adopt('server', 'client')).toMatchObject({
      state: 'interrupted',
      repeat: expect.stringContaining(why) as string,
    });
    expect(roles.server.fate).toEqual(['stopped', 'removed']);
  });

  test('is repeated if its service was stopped while it ran', async () => {
    const roles = await begin();
    await roles.server.exit({ code: null, signal: 'SIGTERM', reason: 'stopped' });
    expect(await bench.adopt('server', 'client')).toMatchObject({
      repeat: 'server-0 was stopped from outside meanwhile',
    });
    expect(roles.client.fate).toEqual(['stopped', 'removed']);
  });

  test('is repeated if not all of its roles were started, or are there', async () => {
    await bench.start('server');
    expect(await bench.adopt('server')).toMatchObject({ repeat: '1 of its 2 roles had not been started' });
    expect(bench.role('server-0').fate).toEqual(['stopped', 'removed']);
    await bench.start('server');
    expect(await bench.adopt('server', 'client')).toMatchObject({
      repeat: '1 of its 2 roles are not there any more',
    });
  });

  test('failed if a role did', async () => {
    const roles = await begin();
    await roles.client.exit({ code: 3, ...endedAt(99) });
    expect(await bench.adopt('server', 'client')).toMatchObject({
      state: 'failed',
      failure: { reason: 'it exited with code 3' },
    });
  });

  test('stops when it is interrupted', async () => {
    const roles = await begin();
    bench.clock.after(1000, () => bench.abort.abort());
    expect(await bench.adopt('server', 'client')).toEqual({ state: 'interrupted' });
    expect([roles.server.fate, roles.client.fate]).toEqual([
      ['stopped', 'removed'],
      ['stopped', 'removed'],
    ]);
  });

  test('is repeated if a role lives for the whole run', async () => {
    bench = new TrialBench([{ ...client, restart: 'run' }], () => undefined);
    await bench.start('client');
    expect(await bench.adopt('client')).toMatchObject({ state: 'interrupted' });
    expect(bench.role('client-0').fate).toEqual(['stopped', 'removed']);
  });
});
