import { beforeEach, expect, test } from 'vitest';
import { failed, RunBench } from '../../../tests/fixtures/run-bench.js';
import { type FakeCourse, FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';

let bench: RunBench;
beforeEach(async () => {
  bench = await RunBench.make();
});

function run(course: FakeCourse): { runtime: FakeRuntime; ended: ReturnType<typeof failed> } {
  const runtime = new FakeRuntime(course);
  return { runtime, ended: failed(bench.run(course, { runtime })) };
}

/** Where a trial is prepared in the journal: between the measurement of the one before and its own start. */
async function story(): Promise<string[]> {
  const journal = await bench.journal();
  return journal.flatMap((event) => ('trial' in event ? [`${event.kind} ${event.trial}`] : []));
}

test('a trial is prepared when the one before has ended, and before that one is collected', async () => {
  const { runtime, ended } = run((role) => role.exit());
  expect(await ended).toBeNull();
  expect((await story()).slice(2, 6)).toEqual([
    'role.ended 1',
    'trial.preparing 2',
    'trial.ended 1',
    'trial.started 2',
  ]);
  expect(runtime.prepared).toHaveLength(3);
  expect(runtime.discarded).toEqual([]);
});

test('what was prepared is removed when no trial follows: after Ctrl-C', async () => {
  const { runtime, ended } = run((role) => {
    role.remove = () => {
      bench.abort.abort();
      return Promise.resolve();
    };
    return role.exit();
  });
  expect(await ended).toMatchObject({ name: 'interrupted' });
  expect(await bench.states()).toEqual(['complete', 'pending', 'pending']);
  expect([runtime.prepared.length, runtime.discarded.length]).toEqual([2, 1]);
  expect([...bench.shell.files.keys()].filter((path) => path.includes('/2/'))).toEqual([]);
});

test('a trial that could not be prepared starts all the same, and nothing is left of the attempt', async () => {
  const { runtime, ended } = run((role) => role.exit());
  const prepare = runtime.prepare.bind(runtime);
  let asked = 0;
  runtime.prepare = (start) => {
    asked += 1;
    return asked === 2 ? Promise.reject(new Error('the engine is busy')) : prepare(start);
  };
  expect(await ended).toBeNull();
  expect(await bench.states()).toEqual(['complete', 'complete', 'complete']);
  expect(asked).toBe(4);
});

test('after a trial that failed, the next one is not prepared before it starts', async () => {
  const { ended } = run((role) => role.exit({ code: role.order.trial === 1 ? 1 : 0 }));
  expect(await ended).toMatchObject({ name: 'role-failed' });
  expect(await story()).not.toContain('trial.preparing 2');
  expect(await story()).toContain('trial.preparing 3');
});
