import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { expectAllRebuilt } from '../../../tests/fixtures/rebuilt-runs.js';
import { failed, RunBench, runId } from '../../../tests/fixtures/run-bench.js';
import type { FakeCourse, FakeRole } from '../../deployment/runtimes/fake-runtime.js';
import { CollabError, ExitCode } from '../../errors.js';

let bench: RunBench;
/** Whether nothing answers. */
let isCut: boolean;
/** How often it is tried in vain to reach the device. */
let inVain: number;
let reached: number;

beforeEach(async () => {
  bench = await RunBench.make();
  isCut = false;
  inVain = 0;
  reached = 0;
  const lost = () =>
    new CollabError('connection-lost', {
      what: 'The connection to nano1 was lost.',
      next: 'Check it.',
      exitCode: 4,
    });
  for (const act of ['list', 'read', 'open', 'exec', 'write', 'remove'] as const) {
    const real = bench.shell[act].bind(bench.shell) as (...args: unknown[]) => Promise<never>;
    vi.spyOn(bench.shell, act).mockImplementation((...args: unknown[]) =>
      isCut ? Promise.reject(lost()) : real(...args),
    );
  }
  bench.connected.reach = () => {
    reached += 1;
    if (isCut && inVain > 0) {
      inVain -= 1;
      return Promise.reject(lost());
    }
    isCut = false;
    return Promise.resolve();
  };
});

afterEach(async () => {
  expect(await expectAllRebuilt(bench.workspace.logs)).toBe(1);
});

/** Ends well but in the first attempt at trial 2, in which the device is lost after two lines. */
const lostInSecond: FakeCourse = async (role: FakeRole) => {
  if (role.order.trial !== 2 || role.order.attempt !== undefined) return role.exit();
  await role.print('one');
  await role.print('two');
  isCut = true;
};

function runWith(onLoss: 'stop' | 'continue' | 'wait') {
  Object.assign(bench.experiment.definition, { onLoss });
  return bench.run(lostInSecond);
}

const stdout = (attempt: string) =>
  readFile(join(bench.folder, 'trials', attempt, 'worker-0/stdout.log'), 'utf8');
const kinds = async (prefix: string) =>
  (await bench.journal()).flatMap(({ kind }) => (kind.startsWith(prefix) ? [kind] : []));

describe('a run that loses a device', () => {
  test('ends with on_loss: stop, and says when it was last heard of and how to go on', async () => {
    inVain = Infinity;
    const error = await failed(runWith('stop'));
    expect(error).toMatchObject({
      name: 'device-lost',
      what: 'nano1 was lost. It was last heard of at 1970-01-01 00:00:00 UTC.',
      why: 'The connection to nano1 was lost.',
      exitCode: ExitCode.partlyComplete,
    });
    expect(error?.next).toContain(`collab resume ${runId}`);
    expect(await bench.states()).toEqual(['complete', 'lost', 'pending']);
    expect((await bench.record()).trials[1]?.error).toMatchObject({ name: 'device-lost' });
  });

  test('goes on with on_loss: continue, while each trial finds it gone', async () => {
    inVain = Infinity;
    const error = await failed(runWith('continue'));
    expect(error).toMatchObject({ name: 'trials-not-complete', exitCode: ExitCode.partlyComplete });
    expect(error?.why).toContain('trial 2 (split=2): nano1 was lost.');
    expect(error?.why).toContain('trial 3 (split=3): nano1 was lost.');
    expect(await bench.states()).toEqual(['complete', 'lost', 'lost']);
    expect(await kinds('network.')).toEqual(['network.lost']);
  });

  test('goes on with on_loss: continue, and collects what the device has when it is back', async () => {
    await failed(runWith('continue'));
    expect(await bench.states()).toEqual(['complete', 'lost', 'complete']);
    expect(await stdout('2')).toBe('one\ntwo\n');
    expect(await kinds('role.collected')).toHaveLength(1);
  });

  test('waits with on_loss: wait, and tries the trial again as another attempt', async () => {
    inVain = 3;
    await runWith('wait');
    expect(reached).toBe(4);
    expect(await bench.states()).toEqual(['complete', 'complete', 'complete']);
    const second = (await bench.record()).trials[1];
    expect(second).toMatchObject({ attempt: 2, earlier: [{ attempt: 1, state: 'lost' }] });
    expect(await stdout('2')).toBe('one\ntwo\n');
    expect(await kinds('network.')).toEqual(['network.lost', 'network.waiting', 'network.back']);
    expect([...bench.shell.files.keys()].filter((path) => path.includes('/2/worker-0/'))).toEqual([]);
  });

  test('ends at once on Ctrl-C while it waits', async () => {
    inVain = Infinity;
    bench.clock.after(60_000, () => bench.abort.abort());
    expect(await failed(runWith('wait'))).toMatchObject({ name: 'interrupted', exitCode: 130 });
    expect(await bench.states()).toEqual(['complete', 'lost', 'pending']);
    expect((await bench.record()).state).toBe('interrupted');
  });
});
