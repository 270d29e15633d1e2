import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { storeBroker } from '../../../tests/fixtures/filled-broker.js';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { FakeBroker } from '../broker/fake-broker.js';
import { putPath } from '../files/index.js';
import { FleetStore } from '../files/fleet-store.js';
import { FleetJobs } from './fleet-jobs.js';
import type { JobsQuestion, JobStatus, TaskStatus } from './questions.js';
import { jobDefinition } from './record.js';

const member = '0123456789abcdef0123';
const id = '20261121-125301-i00000';
const none = { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0 };
const definition = jobDefinition.parse({
  name: 'fit',
  command: ['true'],
  tasks: { kind: 'count', count: 1 },
});
const quiet = { emit: () => undefined };

const jobOf = (more: Partial<JobStatus> = {}): JobStatus => ({
  id,
  owner: 'ann',
  submitted_at: '2026-11-21T12:53:01.000Z',
  folder: `jobs/${more.id ?? id}`,
  cancelled_at: null,
  retries: 0,
  ended_at: null,
  name: 'fit',
  command: ['true'],
  pool: [],
  tasks: 1,
  state: 'queued',
  counts: { ...none, queued: 1 },
  waits_for: null,
  ...more,
});

const endOf = (attempt: number, outcome: 'done' | 'failed') => ({
  attempt,
  member,
  outcome,
  code: outcome === 'done' ? 0 : 1,
  reason: null,
  last_lines: '',
  assigned_at: '2026-11-21T12:53:02.000Z',
  ended_at: '2026-11-21T12:53:03.000Z',
});

const taskOf = (task: number, more: Partial<TaskStatus> = {}): TaskStatus => ({
  task,
  state: 'done',
  parameters: {},
  attempt: null,
  member: null,
  assigned_at: null,
  ends: [endOf(1, 'done')],
  ...more,
});

let broker: FakeBroker;
let clock: SteppedClock;
let store: FleetStore;
let jobs: FleetJobs;
/** What was asked, and what the leader answers. */
let asked: JobsQuestion[];
let answer: (question: JobsQuestion) => object;

beforeEach(async () => {
  clock = new SteppedClock();
  broker = await storeBroker(clock);
  store = await FleetStore.open(broker, { fleet: 'test', user: 'ann', names: new Map([[member, 'nano1']]) });
  jobs = new FleetJobs(broker, store, { clock, random: () => 0.5 });
  asked = [];
  answer = () => ({ kind: 'job', job: jobOf() });
  broker.answer('ask.u-ann.jobs', async function* ({ data }) {
    await Promise.resolve();
    const question = JSON.parse(Buffer.from(data).toString()) as JobsQuestion;
    asked.push(question);
    yield Buffer.from(JSON.stringify(answer(question)));
  });
});

const refuse = (name: string, why: string) => ({ kind: 'refused', name, why });
const folderWith = async (files: Record<string, string>) => {
  const folder = await mkdtemp(join(tmpdir(), 'collab-jobs-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
};
const putLog = async (trial: string, text: string) => {
  const local = join(await folderWith({ 'stdout.log': text }), 'stdout.log');
  const name = `jobs/${id}/trials/${trial}/task-0/stdout.log`;
  await putPath(store.files, { local, name }, { clock, ...quiet });
};
const namesIn = async (folder: string) => {
  const names: string[] = [];
  for await (const { name } of store.files.list(folder)) names.push(name);
  return names.sort();
};

test('submit puts the files first, and asks then', async () => {
  const folder = await folderWith({ 'run.sh': 'true\n', 'deep/a': 'a' });
  answer = () => ({ kind: 'job', job: jobOf() });
  expect(await jobs.submit({ folder, definition }, quiet)).toMatchObject({ id, name: 'fit' });
  expect(asked).toEqual([{ kind: 'submit', id, definition }]);
  expect(await namesIn('jobs')).toEqual([
    `jobs/${id}/files`,
    `jobs/${id}/files/deep`,
    `jobs/${id}/files/deep/a`,
    `jobs/${id}/files/run.sh`,
  ]);
});

test('the files of a job that is refused are removed again', async () => {
  const folder = await folderWith({ 'run.sh': 'true\n' });
  answer = () => refuse('job-unknown', 'there is no such job');
  await expect(jobs.submit({ folder, definition }, quiet)).rejects.toMatchObject({
    name: 'job-unknown',
    what: 'The job fit was not submitted.',
    why: 'There is no such job.',
  });
  expect(await namesIn('jobs')).toEqual([]);
});

test('a job that was accepted, and refused when it was asked for again, is submitted', async () => {
  const folder = await folderWith({ 'run.sh': 'true\n' });
  answer = ({ kind }) =>
    kind === 'submit' ? refuse('job-there', 'it is there already') : { kind: 'job', job: jobOf() };
  expect(await jobs.submit({ folder, definition }, quiet)).toMatchObject({ id });
  expect(await namesIn('jobs')).not.toEqual([]);
});

test('without an answer the files stay, because the job may be there', async () => {
  const folder = await folderWith({ 'run.sh': 'true\n' });
  answer = () => {
    throw new CollabError('broker-no-answer', {
      what: 'Nobody.',
      next: '',
      exitCode: ExitCode.deviceUnreachable,
    });
  };
  await expect(jobs.submit({ folder, definition }, quiet)).rejects.toMatchObject({
    name: 'job-uncertain',
    exitCode: 4,
    next: expect.stringContaining(`collab store delete jobs/${id} --recursive`) as string,
  });
  expect(await namesIn('jobs')).not.toEqual([]);
  expect(clock.passedMs).toBe(30_000);
});

test('a folder that is not there, or has no files, is refused before anything is put', async () => {
  await expect(jobs.submit({ folder: '/nowhere', definition }, quiet)).rejects.toMatchObject({
    name: 'job-no-folder',
    exitCode: 2,
  });
  const folder = await folderWith({});
  await mkdir(join(folder, 'empty'));
  await expect(jobs.submit({ folder, definition }, quiet)).rejects.toMatchObject({
    name: 'job-empty-folder',
    exitCode: 2,
  });
  expect(asked).toEqual([]);
});

test('a leader that is away is asked again', async () => {
  let left = 3;
  answer = () => {
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
  expect(await jobs.list({ emit: ({ kind }) => events.push(kind) })).toEqual([]);
  expect(events).toEqual(['job.unanswered']);
  expect(clock.passedMs).toBe(1000);
});

test('an answer of another version says so', async () => {
  answer = () => ({ kind: 'jobs', jobs: [{}] });
  await expect(jobs.list()).rejects.toMatchObject({ name: 'job-bad-answer', exitCode: 4 });
});

test('a job is found by its id, its beginning, and its name', async () => {
  const listed = [
    jobOf({ id: '20261121-100000-aaaaaa', name: 'fit' }),
    jobOf({ id: '20261121-110000-aaaaaa', name: 'fit' }),
    jobOf({ id: '20261122-100000-aaaaaa', name: 'fit', owner: 'bob' }),
    jobOf({ id: '20261122-100000-bbbbbb', name: '2026112' }),
  ];
  answer = () => ({ kind: 'jobs', jobs: listed });
  const found = async (wanted: string) => (await jobs.show(wanted)).id;
  expect(await found('fit')).toBe('20261121-110000-aaaaaa');
  expect(await found('20261121-10')).toBe('20261121-100000-aaaaaa');
  expect(await found('2026112')).toBe('20261122-100000-bbbbbb');
  await expect(found('20261122')).rejects.toMatchObject({ name: 'job-ambiguous', exitCode: 2 });
  for (const wanted of ['', 'x'])
    await expect(found(wanted)).rejects.toMatchObject({ name: 'job-unknown', exitCode: 2 });
  answer = () => refuse('job-unknown', 'there is no job of this id');
  await expect(found(id)).rejects.toMatchObject({ name: 'job-unknown', exitCode: 2 });
  expect(asked.at(-1)).toEqual({ kind: 'show', id });
});

test('tasks come in pages, which may be shorter than asked for', async () => {
  const total = 1500;
  answer = (question) => {
    if (question.kind !== 'tasks') return { kind: 'job', job: jobOf({ tasks: total }) };
    const count = Math.min(question.limit, 700, total - question.from);
    return {
      kind: 'tasks',
      tasks: Array.from({ length: count }, (_, at) => taskOf(question.from + at)),
      total,
    };
  };
  const seen: number[] = [];
  for await (const { task } of jobs.tasks(id)) seen.push(task);
  expect(seen).toEqual(Array.from({ length: total }, (_, at) => at));
  expect(asked.map((one) => (one.kind === 'tasks' ? one.from : one.kind))).toEqual(['show', 0, 700, 1400]);
});

test('wait asks each half second, and tells of changes only', async () => {
  const states = [
    jobOf({ waits_for: 'no worker has the tag gpu' }),
    jobOf({ waits_for: 'no worker has the tag gpu' }),
    jobOf({ state: 'running', counts: { ...none, running: 1 } }),
    jobOf({ state: 'done', counts: { ...none, done: 1 }, ended_at: '2026-11-21T12:54:00.000Z' }),
  ];
  answer = () => ({ kind: 'job', job: states.shift() });
  const events: string[] = [];
  const job = await jobs.wait(id, { emit: ({ kind }) => events.push(kind) });
  expect(job.state).toBe('done');
  expect(events).toEqual(['job.waiting', 'job.progress', 'job.progress', 'job.ended']);
  expect(clock.passedMs).toBe(1500);
});

async function logsOf(options?: Parameters<FleetJobs['logs']>[1]): Promise<string[]> {
  const said: string[] = [];
  for await (const { task, attempt, content } of jobs.logs(id, options)) {
    let text = `${task.task}.${attempt}: `;
    for await (const piece of content()) text += Buffer.from(piece).toString();
    said.push(text);
  }
  return said;
}

test('logs are those of the attempt that counts, of tasks that have ended', async () => {
  await putLog('1', 'one\n');
  await putLog('2', 'failed\n');
  await putLog('2.2', 'two\n');
  const tasks = [
    taskOf(0),
    taskOf(1, { ends: [endOf(1, 'failed'), endOf(2, 'done')] }),
    taskOf(2, { state: 'running', ends: [endOf(1, 'failed')] }),
    taskOf(3, { state: 'cancelled', ends: [] }),
    taskOf(4, { state: 'failed', ends: [endOf(1, 'failed')] }),
  ];
  answer = (question) =>
    question.kind === 'tasks'
      ? { kind: 'tasks', tasks: tasks.slice(question.from, question.from + question.limit), total: 5 }
      : { kind: 'job', job: jobOf({ tasks: 5 }) };
  expect(await logsOf()).toEqual(['0.1: one\n', '1.2: two\n', '4.1: ']);
  expect(await logsOf({ task: 1 })).toEqual(['1.2: two\n']);
  await expect(logsOf({ task: 5 })).rejects.toMatchObject({ name: 'job-no-task', exitCode: 2 });
  clock.after(1200, () => (tasks[2] = taskOf(2, { ends: [endOf(1, 'failed'), endOf(2, 'done')] })));
  expect(await logsOf({ follow: true })).toEqual(['0.1: one\n', '1.2: two\n', '2.2: ', '4.1: ']);
  expect(clock.passedMs).toBe(1500);
});

test('output brings what the attempts left, and only to the owner', async () => {
  answer = () => ({ kind: 'job', job: jobOf() });
  const folder = await folderWith({});
  await expect(jobs.output(id, () => folder, quiet)).rejects.toMatchObject({
    name: 'job-no-output',
    exitCode: 2,
  });
  await putLog('1', 'one\n');
  expect(await jobs.output(id, () => folder, quiet)).toMatchObject({ folder, files: 1 });
  expect(await readFile(join(folder, 'trials/1/task-0/stdout.log'), 'utf8')).toBe('one\n');
  answer = () => ({ kind: 'job', job: jobOf({ owner: 'bob' }) });
  await expect(jobs.output(id, () => folder, quiet)).rejects.toMatchObject({ name: 'job-not-yours' });
  await expect(logsOf()).rejects.toMatchObject({ name: 'job-not-yours' });
});

test('cancel and retry say how many tasks they changed; a refusal says what to do', async () => {
  answer = ({ kind }) =>
    kind === 'show' ? { kind: 'job', job: jobOf() } : { kind: 'changed', job: jobOf(), tasks: 4 };
  expect(await jobs.cancel(id)).toMatchObject({ tasks: 4 });
  expect(await jobs.retry(id)).toMatchObject({ tasks: 4 });
  expect(asked.map(({ kind }) => kind)).toEqual(['show', 'cancel', 'show', 'retry']);
  answer = ({ kind }) =>
    kind === 'show' ? { kind: 'job', job: jobOf() } : refuse('job-not-yours', 'it is a job of bob');
  await expect(jobs.cancel(id)).rejects.toMatchObject({
    name: 'job-not-yours',
    what: `The job ${id} was not cancelled.`,
    why: 'It is a job of bob.',
    exitCode: 2,
  });
});

test('workers', async () => {
  const worker = { member, slots: 2, tags: ['gpu'], holds: [{ job: id, task: 0, attempt: 1 }], silent_ms: 5 };
  answer = () => ({ kind: 'workers', workers: [worker] });
  expect(await jobs.workers()).toEqual([worker]);
  expect(jobs.memberName(member)).toBe('nano1');
});
