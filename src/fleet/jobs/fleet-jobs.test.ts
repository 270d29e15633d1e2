import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  AskedLeader,
  folderWith,
  id,
  jobOf,
  member,
  none,
  refuse,
  taskOf,
} from '../../../tests/fixtures/asked-leader.js';
import { CollabError, ExitCode } from '../../errors.js';
import { FakeBroker } from '../broker/fake-broker.js';
import { LeaderAsked } from './ask-leader.js';
import { jobDefinition } from './record.js';

const definition = jobDefinition.parse({
  name: 'fit',
  command: ['true'],
  tasks: { kind: 'count', count: 1 },
});

let leader: AskedLeader;
beforeEach(async () => {
  leader = await AskedLeader.make();
});

test('submit puts the files first, and asks then', async () => {
  const folder = await folderWith({ 'run.sh': 'true\n', 'deep/a': 'a' });
  leader.answer = () => ({ kind: 'job', job: jobOf() });
  expect(await leader.submit({ folder, definition })).toMatchObject({ id, name: 'fit' });
  expect(leader.asked).toEqual([{ kind: 'submit', id, definition }]);
  expect(await leader.namesIn('jobs')).toEqual([
    `jobs/${id}/files`,
    `jobs/${id}/files/deep`,
    `jobs/${id}/files/deep/a`,
    `jobs/${id}/files/run.sh`,
  ]);
});

test('the files of a job that is refused are removed again', async () => {
  const folder = await folderWith({ 'run.sh': 'true\n' });
  leader.answer = () => refuse('job-unknown', 'there is no such job');
  await expect(leader.submit({ folder, definition })).rejects.toMatchObject({
    name: 'job-unknown',
    what: 'The job fit was not submitted.',
    why: 'There is no such job.',
  });
  expect(await leader.namesIn('jobs')).toEqual([]);
});

test('a job that was accepted, and refused when it was asked for again, is submitted', async () => {
  const folder = await folderWith({ 'run.sh': 'true\n' });
  leader.answer = ({ kind }) =>
    kind === 'submit' ? refuse('job-there', 'it is there already') : { kind: 'job', job: jobOf() };
  expect(await leader.submit({ folder, definition })).toMatchObject({ id });
  expect(await leader.namesIn('jobs')).not.toEqual([]);
});

test('without an answer the files stay, because the job may be there', async () => {
  const folder = await folderWith({ 'run.sh': 'true\n' });
  leader.answer = () => {
    throw new CollabError('broker-no-answer', {
      what: 'Nobody.',
      next: '',
      exitCode: ExitCode.deviceUnreachable,
    });
  };
  await expect(leader.submit({ folder, definition })).rejects.toMatchObject({
    name: 'job-uncertain',
    exitCode: 4,
    next: expect.stringContaining(`collab store delete jobs/${id} --recursive`) as string,
  });
  expect(await leader.namesIn('jobs')).not.toEqual([]);
  expect(leader.clock.passedMs).toBe(30_000);
});

test('a folder that is not there, or has no files, is refused before anything is put', async () => {
  await expect(leader.submit({ folder: '/nowhere', definition })).rejects.toMatchObject({
    name: 'job-no-folder',
    exitCode: 2,
  });
  const folder = await folderWith({});
  await mkdir(join(folder, 'empty'));
  await expect(leader.submit({ folder, definition })).rejects.toMatchObject({
    name: 'job-empty-folder',
    exitCode: 2,
  });
  expect(leader.asked).toEqual([]);
});

test('a leader that is away is asked again', async () => {
  let left = 3;
  leader.answer = () => {
    left -= 1;
    if (left > 0)
      throw new CollabError('broker-no-answer', {
        what: 'Nobody.',
        next: '',
        exitCode: ExitCode.deviceUnreachable,
      });
    return { kind: 'jobs', jobs: [] };
  };
  const events: string[] = [];
  expect(await leader.jobs.list({ emit: ({ kind }) => events.push(kind) })).toEqual([]);
  expect(events).toEqual(['job.unanswered']);
  expect(leader.clock.passedMs).toBe(1000);
});

test('a leader that has yet to read the jobs is asked again', async () => {
  const answers = [
    refuse('jobs-not-read', 'the leader has yet to read the jobs'),
    { kind: 'jobs', jobs: [] },
  ];
  leader.answer = () => answers.shift() ?? {};
  expect(await leader.jobs.list()).toEqual([]);
  expect(leader.asked).toHaveLength(2);
});

test('an answer of another version says so', async () => {
  leader.answer = () => ({ kind: 'jobs', jobs: [{}] });
  await expect(leader.jobs.list()).rejects.toMatchObject({ name: 'job-bad-answer', exitCode: 4 });
});

test('a job is found by its id, its beginning, and its name', async () => {
  const listed = [
    jobOf({ id: '20261121-100000-aaaaaa', name: 'fit' }),
    jobOf({ id: '20261121-110000-aaaaaa', name: 'fit' }),
    jobOf({ id: '20261122-100000-aaaaaa', name: 'fit', owner: 'bob' }),
    jobOf({ id: '20261122-100000-bbbbbb', name: '2026112' }),
  ];
  leader.answer = () => ({ kind: 'jobs', jobs: listed });
  const found = async (wanted: string) => (await leader.jobs.show(wanted)).id;
  expect(await found('fit')).toBe('20261121-110000-aaaaaa');
  expect(await found('20261121-10')).toBe('20261121-100000-aaaaaa');
  expect(await found('2026112')).toBe('20261122-100000-bbbbbb');
  await expect(found('20261122')).rejects.toMatchObject({ name: 'job-ambiguous', exitCode: 2 });
  for (const wanted of ['', 'x'])
    await expect(found(wanted)).rejects.toMatchObject({ name: 'job-unknown', exitCode: 2 });
  leader.answer = () => refuse('job-unknown', 'there is no job of this id');
  await expect(found(id)).rejects.toMatchObject({ name: 'job-unknown', exitCode: 2 });
  expect(leader.asked.at(-1)).toEqual({ kind: 'show', id });
});

test('tasks come in pages, which may be shorter than asked for', async () => {
  const total = 1500;
  leader.answer = (question) => {
    if (question.kind !== 'tasks') return { kind: 'job', job: jobOf({ tasks: total }) };
    const count = Math.min(question.limit, 700, total - question.from);
    return {
      kind: 'tasks',
      tasks: Array.from({ length: count }, (_, at) => taskOf(question.from + at)),
      total,
    };
  };
  const seen: number[] = [];
  for await (const { task } of leader.jobs.tasks(id)) seen.push(task);
  expect(seen).toEqual(Array.from({ length: total }, (_, at) => at));
  expect(leader.asked.map((one) => (one.kind === 'tasks' ? one.from : one.kind))).toEqual([
    'show',
    0,
    700,
    1400,
  ]);
});

test('wait asks each half second, and tells of changes only', async () => {
  const states = [
    jobOf({ waits_for: 'no worker has the tag gpu' }),
    jobOf({ waits_for: 'no worker has the tag gpu' }),
    jobOf({ state: 'running', counts: { ...none, running: 1 } }),
    jobOf({ state: 'done', counts: { ...none, done: 1 }, ended_at: '2026-11-21T12:54:00.000Z' }),
  ];
  leader.answer = () => ({ kind: 'job', job: states.shift() });
  const events: string[] = [];
  const job = await leader.jobs.wait(id, { emit: ({ kind }) => events.push(kind) });
  expect(job.state).toBe('done');
  expect(events).toEqual(['job.waiting', 'job.progress', 'job.progress', 'job.ended']);
  expect(leader.clock.passedMs).toBe(1500);
});

test('cancel and retry say how many tasks they changed; a refusal says what to do', async () => {
  leader.answer = ({ kind }) =>
    kind === 'show' ? { kind: 'job', job: jobOf() } : { kind: 'changed', job: jobOf(), tasks: 4 };
  expect(await leader.jobs.cancel(id)).toMatchObject({ tasks: 4 });
  expect(await leader.jobs.retry(id)).toMatchObject({ tasks: 4 });
  expect(leader.asked.map(({ kind }) => kind)).toEqual(['show', 'cancel', 'show', 'retry']);
  leader.answer = ({ kind }) =>
    kind === 'show' ? { kind: 'job', job: jobOf() } : refuse('job-not-yours', 'it is a job of bob');
  await expect(leader.jobs.cancel(id)).rejects.toMatchObject({
    name: 'job-not-yours',
    what: `The job ${id} was not cancelled.`,
    why: 'It is a job of bob.',
    exitCode: 2,
  });
});

test('workers', async () => {
  const worker = {
    member,
    slots: 2,
    replica_slots: 8,
    tags: ['gpu'],
    runs: 'process',
    bases: [],
    capabilities: null,
    holds: [{ job: id, task: 0, attempt: 1 }],
    drained: false,
    silent_ms: 5,
  };
  leader.answer = () => ({ kind: 'workers', workers: [worker] });
  expect(await leader.jobs.workers()).toEqual([worker]);
  expect(leader.jobs.memberName(member)).toBe('nano1');
});

test('a leader that does not answer is not waited for longer than is said', async () => {
  const broker = new FakeBroker();
  broker.answer('ask.u-ann.jobs', async function* () {
    await new Promise(() => undefined);
    yield new Uint8Array();
  });
  const asked = new LeaderAsked(broker, 'ann', leader.clock);
  const options = { answerMs: 10, patienceMs: 0 };
  await expect(asked.all({ kind: 'list' }, 'No.', options)).rejects.toMatchObject({
    name: 'broker-no-answer',
    exitCode: 4,
  });
});
