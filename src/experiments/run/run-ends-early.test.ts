import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { expectAllRebuilt } from '../../../tests/fixtures/rebuilt-runs.js';
import { failed, failsIn, RunBench } from '../../../tests/fixtures/run-bench.js';
import { FakeRuntime, type FakeCourse } from '../../deployment/runtimes/fake-runtime.js';
import { CollabError } from '../../errors.js';
import { LeaseSet } from '../../network/index.js';

let bench: RunBench;

beforeEach(async () => {
  bench = await RunBench.make();
});

afterEach(async () => {
  expect(await expectAllRebuilt(bench.workspace.logs)).toBe(1);
});

describe('a run that fails', () => {
  test('in some of its trials goes through all of them, and says which are not complete', async () => {
    const error = await failed(bench.run((role) => role.exit({ code: role.order.trial === 2 ? 0 : 1 })));
    expect(error).toMatchObject({ name: 'trials-not-complete', exitCode: 6 });
    expect(error?.why).toBe(
      'trial 1 (split=1): worker-0 on nano1: it exited with code 1\ntrial 3 (split=3): worker-0 on nano1: it exited with code 1',
    );
    expect(await bench.states()).toEqual(['failed', 'complete', 'failed']);
    expect((await bench.record()).state).toBe('partial');
  });

  test('in all of its trials has failed', async () => {
    expect(await failed(bench.run(failsIn(1)))).toMatchObject({ name: 'trials-not-complete', exitCode: 3 });
    expect((await bench.record()).state).toBe('failed');
  });

  test('in its first trial, with on_failure: stop, has failed, and the other trials do not start', async () => {
    const error = await failed(bench.run(failsIn(1), {}, 'stop'));
    expect(error).toMatchObject({ name: 'role-failed', exitCode: 3 });
    expect(error?.why).toContain('trial 1');
    expect(await bench.states()).toEqual(['failed', 'pending', 'pending']);
    const record = await bench.record();
    expect(record).toMatchObject({ state: 'failed', failure: { name: 'role-failed' } });
    expect(record.trials[0]?.failure).toEqual({
      role: 'worker',
      rank: 0,
      device: 'nano1',
      reason: 'it exited with code 1',
    });
    expect((await bench.journal()).at(-1)).toMatchObject({ kind: 'run.ended', state: 'failed' });
  });

  test('keeps its first error when nothing can be journaled at the end but the end itself', async () => {
    const leases = LeaseSet.none();
    leases.release = vi
      .fn(() => Promise.resolve([]))
      .mockRejectedValueOnce(new Error('no space left on device'));
    const error = await failed(bench.run(failsIn(1), { begin: () => Promise.resolve(leases) }, 'stop'));
    expect(error).toMatchObject({ name: 'role-failed', exitCode: 3 });
    expect(await bench.record()).toMatchObject({ state: 'failed', failure: { name: 'role-failed' } });
    expect((await bench.journal()).at(-1)).toMatchObject({ kind: 'run.ended', state: 'failed' });
  });

  test('after a complete trial, with on_failure: stop, is partially complete', async () => {
    expect(await failed(bench.run(failsIn(2), {}, 'stop'))).toMatchObject({ exitCode: 6 });
    expect(await bench.states()).toEqual(['complete', 'failed', 'pending']);
  });

  test('because of a lost device after a complete trial is partially complete, and reports that fault', async () => {
    const lost = new CollabError('connection-lost', { what: 'Lost.', next: 'Again.', exitCode: 4 });
    const course: FakeCourse = (role) => (role.order.trial === 1 ? role.exit() : Promise.reject(lost));
    expect(await failed(bench.run(course))).toMatchObject({
      name: 'device-lost',
      why: 'Lost.',
      exitCode: 6,
    });
    expect(await bench.states()).toEqual(['complete', 'lost', 'pending']);
  });

  test('while its images are built has started no trial', async () => {
    const full = new CollabError('device-full', {
      what: 'Full.',
      why: 'no space',
      next: 'Free some.',
      exitCode: 4,
    });
    expect(await failed(bench.run(() => undefined, { deploy: () => Promise.reject(full) }))).toBe(full);
    expect(await bench.states()).toEqual(['pending', 'pending', 'pending']);
    expect(await bench.record()).toMatchObject({
      state: 'failed',
      failure: { name: 'device-full', what: 'Full.', why: 'no space' },
    });
  });

  test('because of an internal error is recorded as one', async () => {
    const course = () => {
      throw new TypeError('ours');
    };
    expect(await failed(bench.run(course))).toBeInstanceOf(TypeError);
    expect(await bench.record()).toMatchObject({
      state: 'failed',
      failure: { name: 'internal', what: 'ours' },
    });
  });
});

describe('a run that is interrupted', () => {
  test('in a trial stops its roles and keeps their data', async () => {
    const runtime = new FakeRuntime(async (role) => {
      if (role.order.trial === 1) await role.exit();
      else bench.clock.after(500, () => bench.abort.abort());
    });
    expect(await failed(bench.run(() => undefined, { runtime }))).toMatchObject({
      name: 'interrupted',
      exitCode: 130,
    });
    expect(await bench.states()).toEqual(['complete', 'interrupted', 'pending']);
    expect((await bench.record()).state).toBe('interrupted');
    expect(runtime.roles[1]?.fate).toEqual(['stopped', 'removed']);
    expect((await bench.journal()).at(-1)).toMatchObject({ kind: 'run.ended', state: 'interrupted' });
  });

  test('while its images are built says so, whatever error the aborted work reported', async () => {
    const deploy = () => {
      bench.abort.abort();
      return Promise.reject(new Error('socket hang up'));
    };
    expect(await failed(bench.run(() => undefined, { deploy }))).toMatchObject({ exitCode: 130 });
    expect((await bench.record()).state).toBe('interrupted');
  });
});
