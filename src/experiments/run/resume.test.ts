import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectAllRebuilt } from '../../../tests/fixtures/rebuilt-runs.js';
import { failed, failsIn, RunBench, runId } from '../../../tests/fixtures/run-bench.js';
import { type FakeCourse, type FakeRole, FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';
import { Workspace } from '../../workspace/index.js';

let bench: RunBench;
/** The roles of the first controller, by trial. */
let roles: FakeRole[];

const greets: FakeCourse = async (role) => {
  roles.push(role);
  await role.print(`trial ${role.order.trial}`);
  await role.exit();
};

beforeEach(async () => {
  bench = await RunBench.make();
  roles = [];
});

afterEach(async () => {
  expect(await expectAllRebuilt(bench.workspace.logs)).toBe(1);
});

/** Ends the first controller when it has begun the second trial. */
async function killedIn(kind: 'trial.started' | 'role.starting'): Promise<void> {
  await bench.run(greets);
  await bench.killedAfter((event) => event.kind === kind && event.trial === 2);
  for (const trial of ['2', '3']) await rm(join(bench.folder, 'trials', trial), { recursive: true });
}

/** The role of the second trial as it goes on without a controller. */
async function goesOn(course: FakeCourse): Promise<FakeRuntime> {
  const runtime = new FakeRuntime((role) =>
    role.order.trial === 2 && !role.order.attempt ? course(role) : role.exit(),
  );
  const { asked } = roles[1] ?? {};
  if (asked === undefined) throw new Error('the second trial was not started');
  await runtime.start(asked);
  return runtime;
}

const attempts = async () =>
  (await bench.record()).trials.map(({ state, attempt = 1, earlier = [] }) => [
    state,
    attempt,
    earlier.map((one) => one.state),
  ]);
const notes = () => bench.events.flatMap((event) => (event.kind === 'run.note' ? [event.note] : []));

describe('a run whose controller is gone', () => {
  test('goes on at the trial that had begun, with the roles that went on alone', async () => {
    await killedIn('role.starting');
    const runtime = await goesOn(async (role) => {
      await role.print('alone');
      bench.clock.after(3000, () => role.exit());
    });
    expect(await bench.resume(runtime)).toEqual({ runId, folder: bench.folder });
    expect(await attempts()).toEqual([
      ['complete', 1, []],
      ['complete', 1, []],
      ['complete', 1, []],
    ]);
    expect((await bench.record()).trials.map(({ adopted }) => adopted)).toEqual([undefined, true, undefined]);
    expect(await readFile(join(bench.folder, 'trials/2/worker-0/stdout.log'), 'utf8')).toBe('alone\n');
    expect(runtime.roles.map(({ order, fate }) => [order.trial, fate])).toEqual([
      [2, ['removed']],
      [3, ['removed']],
    ]);
    expect((await bench.record()).resumed).toHaveLength(1);
  });

  test('collects a trial that ended meanwhile', async () => {
    await killedIn('role.starting');
    await bench.resume(await goesOn((role) => role.exit()));
    expect((await attempts())[1]).toEqual(['complete', 1, []]);
    const kinds = (await bench.journal()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'role.ended')).toHaveLength(3);
  });

  test('has a trial whose logs were all here already', async () => {
    await bench.run(greets);
    await bench.killedAfter((event) => event.kind === 'role.ended' && event.trial === 2);
    await bench.resume(new FakeRuntime(greets));
    expect((await attempts())[1]).toEqual(['complete', 1, []]);
    expect(await readFile(join(bench.folder, 'trials/2/worker-0/stdout.log'), 'utf8')).toBe('trial 2\n');
    expect(notes()).toEqual([]);
  });

  test('records a trial that failed meanwhile as failed', async () => {
    await killedIn('role.starting');
    const error = await failed(bench.resume(await goesOn((role) => role.exit({ code: 1 }))));
    expect(error).toMatchObject({ name: 'role-failed', exitCode: 6 });
    expect((await attempts()).map(([state]) => state)).toEqual(['complete', 'failed', 'complete']);
  });

  test('runs a trial again whose roles had not all been started, or were stopped', async () => {
    await killedIn('trial.started');
    await bench.resume(new FakeRuntime(greets));
    expect((await attempts())[1]).toEqual(['complete', 2, ['interrupted']]);
    expect(await readdir(join(bench.folder, 'trials'))).toEqual(['1', '2.2', '3']);
    expect(notes()[0]).toContain('Trial 2 was under way');
  });

  test('runs a trial again whose role was stopped from outside, and keeps what it logged', async () => {
    await killedIn('role.starting');
    await bench.resume(
      await goesOn(async (role) => {
        await role.print('half');
        await role.exit({ code: null, signal: 'SIGTERM', reason: 'stopped' });
      }),
    );
    expect((await attempts())[1]).toEqual(['complete', 2, ['interrupted']]);
    expect(await readFile(join(bench.folder, 'trials/2/worker-0/stdout.log'), 'utf8')).toBe('half\n');
    expect(notes()[0]).toContain('worker-0 was stopped from outside meanwhile');
  });

  test('runs a trial again whose role died without a word', async () => {
    await killedIn('role.starting');
    await bench.resume(await goesOn((role) => role.die('the device was restarted')));
    expect((await attempts())[1]).toEqual(['complete', 2, ['interrupted']]);
    expect(notes()[0]).toContain('worker-0 was lost meanwhile: the device was restarted');
  });

  test('collects once what an earlier attempt had left on a device', async () => {
    await killedIn('role.starting');
    const [first] = roles;
    const runtime = await goesOn((role) => role.exit());
    if (first === undefined) throw new Error('no first trial');
    await runtime.start(first.asked);
    await bench.shell.write(`${first.folder}/stdout.log`, 'late\n');
    await bench.resume(runtime);
    expect(bench.events.filter(({ kind }) => kind === 'role.collected')).toEqual([
      { kind: 'role.collected', trial: 1, role: 'worker', rank: 0, device: 'nano1' },
    ]);
    expect(await readFile(join(bench.folder, 'trials/1/worker-0/stdout.log'), 'utf8')).toBe('late\n');
    expect((await attempts())[0]).toEqual(['complete', 1, []]);
  });

  test('goes on in a workspace that was moved', async () => {
    await killedIn('trial.started');
    const moved = new Workspace(`${bench.workspace.root}-moved`);
    await rename(bench.workspace.root, moved.root);
    bench = bench.in(moved);
    expect((await bench.resume(new FakeRuntime(greets))).folder).toBe(bench.folder);
    expect((await bench.states()).every((state) => state === 'complete')).toBe(true);
  });

  test('is taken up by one of two that try at once', async () => {
    await killedIn('trial.started');
    const tries = await Promise.allSettled([1, 2].map(() => bench.resume(new FakeRuntime(greets))));
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = tries.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ name: 'run-goes-on', exitCode: 5 });
    expect(await attempts()).toHaveLength(3);
  });
});

test('a run goes on with its code as it was', async () => {
  await killedIn('trial.started');
  await writeFile(join(bench.experiment.folder, 'worker.py'), 'print(2)\n');
  await bench.resume(new FakeRuntime(greets));
  expect((await bench.record()).state).toBe('complete');
  const { id } = bench.experiment;
  expect(await readFile(join(bench.workspace.keptExperiments, id, 'worker.py'), 'utf8')).toBe('print(1)\n');
});

describe('a run that is not resumed', () => {
  test('because it is complete', async () => {
    await bench.run(greets);
    expect(await failed(bench.resume(new FakeRuntime(greets), { run: runId }))).toMatchObject({
      name: 'run-complete',
      exitCode: 2,
    });
    expect(await failed(bench.resume(new FakeRuntime(greets)))).toMatchObject({ name: 'nothing-to-resume' });
  });

  test('because the code has changed, and what ran is not kept', async () => {
    await killedIn('trial.started');
    await writeFile(join(bench.experiment.folder, 'worker.py'), 'print(2)\n');
    await rm(bench.workspace.keptExperiments, { recursive: true });
    const error = await failed(bench.resume(new FakeRuntime(greets)));
    expect(error).toMatchObject({ name: 'experiment-changed', exitCode: 2 });
    expect(error?.what).toContain('hello is not the same');
    await writeFile(join(bench.experiment.folder, 'worker.py'), 'print(1)\n');
    await bench.resume(new FakeRuntime(greets));
  });
});

describe('a run that is retried', () => {
  test('runs again just what failed, as a new attempt', async () => {
    await failed(bench.run((role) => role.exit({ code: role.order.trial === 2 ? 1 : 0 })));
    expect(await failed(bench.resume(new FakeRuntime(greets)))).toMatchObject({ name: 'nothing-to-resume' });
    await bench.resume(new FakeRuntime(greets), { experiment: 'hello', retryFailed: 'too' });
    expect(await attempts()).toEqual([
      ['complete', 1, []],
      ['complete', 2, ['failed']],
      ['complete', 1, []],
    ]);
    expect((await bench.record()).state).toBe('complete');
  });

  test('that failed again says so', async () => {
    await failed(bench.run(failsIn(3)));
    const again = bench.resume(new FakeRuntime(failsIn(1)), { experiment: 'hello', retryFailed: 'too' });
    expect(await failed(again)).toMatchObject({ name: 'role-failed', exitCode: 6 });
    expect((await attempts())[2]).toEqual(['failed', 2, ['failed']]);
  });

  test('is refused if nothing failed', async () => {
    await bench.run(greets);
    const retry = { experiment: 'hello', retryFailed: 'too' as const };
    expect(await failed(bench.resume(new FakeRuntime(greets), retry))).toMatchObject({
      name: 'nothing-to-retry',
    });
  });
});
