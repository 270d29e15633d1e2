import { expect, it } from 'vitest';
import {
  dispatcherBed,
  jobA,
  jobB,
  one,
  submitOf,
  two,
  look,
} from '../../../tests/fixtures/dispatcher-bed.js';
import type { JobsAnswer } from '../../fleet/jobs/index.js';

it('fails a task after three attempts, with what its output ended with', async () => {
  const { leader, ask, show, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 1));
  const first = worker(one);
  for (const attempt of [1, 2, 3]) {
    const { run } = await first.ask(leader);
    expect(run).toMatchObject([{ attempt, ends: { length: attempt - 1 } }]);
    await first.end(run[0], 'failed', `no such file ${attempt}`);
  }
  expect((await first.ask(leader)).run).toEqual([]);
  await look(leader);
  expect(await show(jobA)).toMatchObject({ state: 'failed', counts: { failed: 1 } });
  const [tasks] = await ask({ kind: 'tasks', id: jobA, from: 0, limit: 1000 });
  expect(tasks).toMatchObject({
    kind: 'tasks',
    total: 1,
    tasks: [{ task: 0, state: 'failed', attempt: null, ends: [{}, {}, { last_lines: 'no such file 3' }] }],
  });

  expect(await ask({ kind: 'retry', id: jobA })).toMatchObject([
    { kind: 'changed', tasks: 1, job: { state: 'queued', retries: 1, ended_at: null } },
  ]);
  const { run } = await first.ask(leader);
  expect(run).toMatchObject([{ attempt: 4, ends: { length: 3 } }]);
  await first.end(run[0], 'done');
  await first.ask(leader);
  await look(leader);
  expect(await show(jobA)).toMatchObject({ state: 'done', counts: { done: 1, failed: 0 } });
  await expect(ask({ kind: 'retry', id: jobA })).rejects.toThrow('no task of the job');
});

it('cancels what is queued at once, and stops what runs', async () => {
  const { leader, ask, pass, show, worker, taskOf } = await dispatcherBed();
  await ask(submitOf(jobA, 10));
  const [first, gone] = [worker(one), worker(two)];
  const { run } = await first.ask(leader);
  await gone.ask(leader);
  await expect(ask({ kind: 'cancel', id: jobA }, 'bob')).rejects.toThrow('only they and admins');
  expect(await ask({ kind: 'cancel', id: jobA }, 'root')).toMatchObject([{ kind: 'changed', tasks: 10 }]);
  expect(await ask({ kind: 'cancel', id: jobA })).toMatchObject([{ kind: 'changed', tasks: 0 }]);
  expect((await show(jobA)).counts).toMatchObject({ queued: 0, running: 2, cancelled: 8 });
  const { stop } = await first.ask(leader);
  expect(stop).toEqual([{ job: jobA, task: 0, attempt: 1 }]);
  await first.end(run[0], 'cancelled');
  await pass(9, [first]);
  // The other one did not answer any more.
  expect(await show(jobA)).toMatchObject({ state: 'cancelled', counts: { cancelled: 10, running: 0 } });
  expect(await taskOf(jobA, 1)).toMatchObject({ state: 'ended', ends: [{ outcome: 'lost' }] });
  await expect(ask({ kind: 'cancel', id: jobA })).rejects.toThrow('has ended');
  await expect(ask({ kind: 'retry', id: jobA })).rejects.toThrow('was cancelled');
  const [tasks] = await ask({ kind: 'tasks', id: jobA, from: 0, limit: 3 });
  expect(tasks).toMatchObject({
    tasks: [{ state: 'cancelled' }, { state: 'cancelled' }, { state: 'cancelled' }],
  });
});

it('keeps a job of 100 000 tasks in one record', async () => {
  const { broker, ask, leader, worker, show } = await dispatcherBed();
  const definition = {
    tasks: { kind: 'set', values: { a: [...Array(1000).keys()], b: [...Array(100).keys()] } },
  };
  await ask(submitOf(jobA, 1, { ...definition, command: ['run', '{a}', '{b}'] }));
  expect((await broker.stream('JOBS'))?.messages).toBe(1);
  const first = worker(one);
  first.slots = 200;
  const { run } = await first.ask(leader);
  expect(run).toHaveLength(200);
  expect(run[199]).toMatchObject({ task: 199, command: ['run', '1', '99'], parameters: { a: 1, b: 99 } });
  expect((await broker.stream('JOBS'))?.messages).toBe(201);
  expect(await show(jobA)).toMatchObject({ tasks: 100_000, counts: { queued: 99_800, running: 200 } });
  const [list] = (await ask({ kind: 'list' })) as [Extract<JobsAnswer, { kind: 'jobs' }>];
  expect(JSON.stringify(list).length).toBeLessThan(1000);
  const [tasks] = await ask({ kind: 'tasks', id: jobA, from: 199, limit: 2 });
  expect(tasks).toMatchObject({
    total: 100_000,
    tasks: [
      { task: 199, state: 'running', attempt: 1, member: one, parameters: { a: 1, b: 99 } },
      { task: 200, state: 'queued', attempt: null, member: null, ends: [] },
    ],
  });
});

it('refuses jobs that are too large, and ids that are taken', async () => {
  const { ask } = await dispatcherBed();
  const rows = Array.from({ length: 50_000 }, () => ['x'.repeat(100)]);
  const many = { tasks: { kind: 'each', columns: ['a'], rows } };
  await expect(ask(submitOf(jobA, 1, many))).rejects.toThrow('less than 4000000 are allowed');
  const product = {
    tasks: { kind: 'set', values: { a: rows.flat().slice(0, 2000), b: rows.flat().slice(0, 600) } },
  };
  await expect(ask(submitOf(jobA, 1, product))).rejects.toThrow('1200000 tasks, and 1000000');
  const long = {
    command: ['run', '{a}{a}{a}'],
    tasks: { kind: 'each', columns: ['a'], rows: [['x'.repeat(60_000)]] },
  };
  await expect(ask(submitOf(jobA, 1, long))).rejects.toThrow('the command of one task');
  await ask(submitOf(jobA, 1));
  // Its answer was lost, so it is asked again.
  expect(await ask(submitOf(jobA, 1))).toMatchObject([{ kind: 'changed', tasks: 0, job: { id: jobA } }]);
  await expect(ask(submitOf(jobA, 2))).rejects.toThrow('submit it under another id');
  await expect(ask(submitOf(jobA, 1), 'bob')).rejects.toThrow('there is a job');
  await expect(ask({ kind: 'show', id: jobB })).rejects.toThrow('there is no job');
});

it('says why nothing of a job runs', async () => {
  const { ask, leader, pass, show, worker } = await dispatcherBed();
  await ask(submitOf(jobA, 2, { pool: ['gpu'] }));
  // The workers have had no time to ask.
  expect((await show(jobA)).waits_for).toBeNull();
  await pass(7);
  expect((await show(jobA)).waits_for).toBe('no worker is there');
  const first = worker(one);
  await first.ask(leader);
  expect(first.holds).toEqual([]);
  expect((await show(jobA)).waits_for).toBe('no worker has the tag gpu');
  first.tags = ['x', 'gpu'];
  await first.ask(leader);
  expect(first.holds).toHaveLength(1);
  expect((await show(jobA)).waits_for).toBeNull();
  await ask(submitOf(jobB, 2, { pool: ['gpu'] }));
  expect((await show(jobB)).waits_for).toBe('all slots of its workers are taken');
  expect(await ask({ kind: 'workers' })).toMatchObject([
    { kind: 'workers', workers: [{ member: one, slots: 1, tags: ['x', 'gpu'], silent_ms: 0 }] },
  ]);
});

it('splits long lists, and shortens output that does not fit', async () => {
  const { leader, ask, worker } = await dispatcherBed();
  const ids = Array.from(
    { length: 400 },
    (_, at) => `20261121-1200${String(at % 60).padStart(2, '0')}-${String(at).padStart(6, '0')}`,
  );
  for (const id of ids) await ask(submitOf(id, 1, { command: ['x'.repeat(3000)] }));
  const answers = (await ask({ kind: 'list' })) as Extract<JobsAnswer, { kind: 'jobs' }>[];
  expect(answers.length).toBeGreaterThan(1);
  expect(new Set(answers.flatMap(({ jobs }) => jobs.map(({ id }) => id))).size).toBe(400);
  for (const answer of answers) expect(JSON.stringify(answer).length).toBeLessThan(1_000_000);

  await ask(submitOf(jobA, 400, { weight: 1000, attempts: 1 }), 'bob');
  const first = worker(one);
  first.slots = 800;
  const { run } = await first.ask(leader);
  const own = run.filter(({ job }) => job === jobA);
  for (const assignment of own) await first.end(assignment, 'failed', `${'x'.repeat(3990)}why`);
  await first.ask(leader);
  const [tasks] = (await ask({ kind: 'tasks', id: jobA, from: 0, limit: 1000 })) as [
    Extract<JobsAnswer, { kind: 'tasks' }>,
  ];
  expect(tasks.tasks).toHaveLength(400);
  expect(JSON.stringify(tasks).length).toBeLessThan(1_000_000);
  expect(tasks.tasks[0]?.ends[0]?.last_lines).toMatch(/^x+why$/);
});

it('gives tasks in containers to workers that have the base image, and tells the others to look again', async () => {
  const { ask, leader, pass, show, worker } = await dispatcherBed();
  const base = { name: 'torch', refs: ['collab/base-torch:amd64-2', 'collab/base-torch:arm64-2'] };
  await ask(submitOf(jobA, 2, { base }));
  const first = worker(one);
  first.runs = 'container';
  first.bases = ['collab/base-python:amd64-1', 'collab/base-torch:amd64-1'];
  expect(await first.ask(leader)).toMatchObject({ run: [], lacks_base: true });
  await pass(7);
  await first.ask(leader);
  expect((await show(jobA)).waits_for).toBe('no worker has the base image torch');
  first.bases = ['collab/base-torch:amd64-2'];
  expect(await first.ask(leader)).toMatchObject({ run: [{ base }], lacks_base: false });
  await ask(submitOf(jobB, 1));
  const second = worker(two);
  second.runs = 'container';
  second.bases = ['collab/base-torch:amd64-2'];
  expect(await second.ask(leader)).toMatchObject({ run: [{ job: jobA, task: 1 }], lacks_base: true });
  // A job without a base takes the default one, in any version. Processes need none.
  second.slots = 2;
  second.bases = ['collab/base-python:amd64-1'];
  expect(await second.ask(leader)).toMatchObject({ run: [{ job: jobB }] });
});

it('gives no task to a member that gossip suspects, though it asks', async () => {
  const away = new Map([[one, 'suspect']]);
  const { ask, leader, pass, show, worker } = await dispatcherBed({}, undefined, undefined, () =>
    Promise.resolve(away),
  );
  await ask(submitOf(jobA, 1));
  const first = worker(one);
  expect((await first.ask(leader)).run).toEqual([]);
  await pass(7, [first]);
  expect((await show(jobA)).waits_for).toBe('no worker is there: 1 suspect, failed, or gone');
  away.clear();
  await look(leader);
  expect((await first.ask(leader)).run).toHaveLength(1);
});
