import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectAllRebuilt } from '../../../tests/fixtures/rebuilt-runs.js';
import { RunBench, runId } from '../../../tests/fixtures/run-bench.js';
import { type FakeRole, FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';
import { LeaseSet } from '../../network/index.js';
import type { Players } from '../stage/index.js';
import { type StoppedRun, stopRun } from './stop.js';

let bench: RunBench;
let roles: FakeRole[];

beforeEach(async () => {
  bench = await RunBench.make();
  roles = [];
  await bench.run(async (role) => {
    roles.push(role);
    await role.exit();
  });
});

afterEach(async () => {
  expect(await expectAllRebuilt(bench.workspace.logs)).toBe(1);
});

function stop(runtime: FakeRuntime, change: Partial<Players> = {}): Promise<StoppedRun> {
  const players: Players = {
    runtime,
    reached: [bench.connected],
    unreached: [],
    copyCommand: () => 'cp',
    begin: () => Promise.resolve(LeaseSet.none()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...change,
  };
  return stopRun({
    workspace: bench.workspace,
    run: runId,
    lan: () => Promise.reject(new TypeError('the devices are given')),
    emit: (event) => bench.events.push(event),
    clock: bench.clock,
    signal: bench.abort.signal,
    reach: () => Promise.resolve(players),
  });
}

test('a run without a controller is ended from here, and what its roles logged is collected', async () => {
  await bench.killedAfter((event) => event.kind === 'role.starting' && event.trial === 2, true);
  const runtime = new FakeRuntime((role) => role.print('half'));
  await runtime.start(roles[1]?.asked ?? expect.fail());
  await rm(join(bench.folder, 'trials/2'), { recursive: true });
  expect(await stop(runtime)).toEqual({ runId, folder: bench.folder, state: 'interrupted', how: 'taken' });
  expect(await bench.states()).toEqual(['complete', 'interrupted', 'pending']);
  expect(await bench.record()).toMatchObject({ state: 'interrupted', failure: { name: 'stopped' } });
  expect(await readFile(join(bench.folder, 'trials/2/worker-0/stdout.log'), 'utf8')).toBe('half\n');
  expect(runtime.roles[0]?.fate).toEqual(['stopped', 'removed']);
});

test('a device that is not there is named, and the run ends all the same', async () => {
  await bench.killedAfter(({ kind }) => kind === 'role.starting', true);
  const unreached = [{ device: 'nano1', reason: 'no answer' }];
  await stop(new FakeRuntime(() => undefined), { reached: [], unreached });
  const told = bench.events.flatMap((event) => (event.kind === 'role.not-collected' ? [event.reason] : []));
  expect(told[0]).toContain('nano1 was not reached: no answer. Its roles may still run');
  expect(await bench.states()).toEqual(['interrupted', 'pending', 'pending']);
});

test('a run that has ended is left as it is', async () => {
  expect(await stop(new FakeRuntime(() => undefined))).toMatchObject({ state: 'complete', how: 'over' });
  expect((await bench.record()).resumed).toBeUndefined();
});
