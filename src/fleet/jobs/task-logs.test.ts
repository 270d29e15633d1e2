import { beforeEach, expect, test } from 'vitest';
import { AskedLeader, endOf, id, jobOf, member, taskOf } from '../../../tests/fixtures/asked-leader.js';
import type { FleetJobs } from './fleet-jobs.js';
import type { TaskStatus } from './questions.js';

const other = 'f'.repeat(20);
const atMost = 1000;

let leader: AskedLeader;
let task: TaskStatus;
/** What each attempt has printed that runs. */
let printed: Map<number, string>;
let asked: object[];

const running = (attempt: number, more: Partial<TaskStatus> = {}) =>
  taskOf(0, {
    state: 'running',
    attempt,
    member,
    ends: [],
    ...more,
  });
const lost = (attempt: number) => ({
  ...endOf(attempt, 'failed'),
  outcome: 'lost' as const,
  reason: 'silent',
});

beforeEach(async () => {
  leader = await AskedLeader.make();
  printed = new Map();
  asked = [];
  leader.answer = (question) =>
    question.kind === 'tasks' ? { kind: 'tasks', tasks: [task], total: 1 } : { kind: 'job', job: jobOf() };
});

function answer(from: string): void {
  leader.broker.answer(`printed.u-ann.${from}`, async function* ({ data }) {
    await Promise.resolve();
    const question = JSON.parse(Buffer.from(data).toString()) as { attempt: number; from: number };
    asked.push(question);
    const text = printed.get(question.attempt);
    const at = question.from < 0 ? Math.max(0, (text?.length ?? 0) + question.from) : question.from;
    const content = Buffer.from(text?.slice(at, at + atMost) ?? '').toString('base64');
    yield Buffer.from(
      JSON.stringify(
        text === undefined
          ? { kind: 'ended' }
          : { kind: 'printed', from: at, size_bytes: text.length, content },
      ),
    );
  });
}

const events: object[] = [];
async function logs(options: Parameters<FleetJobs['logs']>[1]): Promise<string> {
  let text = '';
  events.length = 0;
  const emit = (event: object) => void events.push(event);
  for await (const { content } of leader.jobs.logs(id, options, { emit }))
    for await (const piece of content()) text += Buffer.from(piece).toString();
  return text;
}

async function part(wanted: Partial<Parameters<FleetJobs['printed']>[1]> = {}) {
  const found = await leader.jobs.printed(id, { task: 0, stream: 'stdout', from: 0, ...wanted });
  if (found === null) return null;
  let text = '';
  for await (const piece of found.content()) text += Buffer.from(piece).toString();
  const { attempt, outcome, newest, from, sizeBytes } = found;
  return { attempt, outcome, newest, from, sizeBytes, text };
}

test('a task that runs gives what it has printed so far, piece by piece, and a part of it', async () => {
  task = running(2, { ends: [endOf(1, 'failed')] });
  const text = 'line\n'.repeat(500);
  printed.set(2, text);
  answer(member);
  expect(await logs({})).toBe(text);
  expect(await logs({ whole: true })).toBe('');
  const about = { attempt: 2, outcome: 'running', newest: 2, sizeBytes: 2500 };
  expect(await part({ from: -7 })).toEqual({ ...about, from: 2493, text: 'e\nline\n' });
  asked = [];
  expect(await part({ from: 1000, limit: 10 })).toEqual({ ...about, from: 1000, text: 'line\nline\n' });
  expect(asked).toHaveLength(1);
  expect(await part({ attempt: 3 })).toBeNull();
  task = taskOf(0, { state: 'queued', ends: [] });
  expect(await part()).toBeNull();
  expect(await logs({})).toBe('');
});

test('what has ended is read in the store, from a byte on; of a lost attempt there is nothing', async () => {
  await leader.putLog('1.2', 'two and three\n');
  task = taskOf(0, { state: 'failed', ends: [lost(1), endOf(2, 'failed')] });
  const about = { attempt: 2, outcome: 'failed', newest: 2, sizeBytes: 14 };
  expect(await part({ from: -6, limit: 3 })).toEqual({ ...about, from: 8, text: 'thr' });
  expect(await part({ from: 99 })).toEqual({ ...about, from: 14, text: '' });
  expect(await part({ attempt: 1, from: 5 })).toMatchObject({
    outcome: 'lost',
    from: 0,
    text: '',
    newest: 2,
  });
});

test('an attempt that has just ended on its worker goes on in the store at the same byte', async () => {
  task = running(1);
  printed.set(1, 'first ');
  answer(member);
  leader.clock.after(400, () => void printed.set(1, 'first second '));
  leader.clock.after(1200, async () => {
    await leader.putLog('1', 'first second third\n');
    printed.delete(1);
  });
  leader.clock.after(2000, () => {
    task = taskOf(0);
  });
  expect(await logs({ follow: true })).toBe('first second third\n');
  expect(events).toEqual([]);
  task = running(1);
  expect(await part({ from: 6 })).toMatchObject({ outcome: 'running', text: 'second third\n' });
});

test('following goes on with the next attempt when one is lost, and says so', async () => {
  task = running(1);
  printed.set(1, 'of one ');
  answer(member);
  answer(other);
  leader.clock.after(1200, () => {
    task = taskOf(0, { state: 'queued', ends: [lost(1)] });
  });
  leader.clock.after(2200, () => {
    printed.set(2, 'of two ');
    task = running(2, { member: other, ends: [lost(1)] });
  });
  leader.clock.after(3200, async () => {
    await leader.putLog('1.2', 'of two and whole\n');
    task = taskOf(0, { ends: [lost(1), { ...endOf(2, 'done'), member: other }] });
  });
  printed.set(2, '');
  expect(await logs({ follow: true })).toBe('of one of two and whole\n');
  expect(events).toEqual([
    {
      kind: 'job.attempt-ended',
      id,
      task: 0,
      attempt: 1,
      device: 'nano1',
      outcome: 'lost',
      reason: 'silent',
    },
    { kind: 'job.attempt-began', id, task: 0, attempt: 2, device: other },
  ]);
});

test('an attempt that was taken for lost, and goes on, is not read twice', async () => {
  task = running(1);
  printed.set(1, 'one ');
  answer(member);
  leader.clock.after(1200, () => {
    task = taskOf(0, { state: 'queued', ends: [lost(1)] });
  });
  leader.clock.after(2200, () => {
    printed.set(1, 'one two ');
    task = running(1);
  });
  leader.clock.after(3200, async () => {
    await leader.putLog('1', 'one two three\n');
    task = taskOf(0);
  });
  expect(await logs({ follow: true })).toBe('one two three\n');
});

test('a worker that does not answer is an error, and no empty output; who follows asks again', async () => {
  task = running(1);
  await expect(logs({})).rejects.toMatchObject({
    name: 'job-output-unread',
    what: 'Could not read the output of the running task on nano1.',
    exitCode: 4,
  });
  await expect(part()).rejects.toMatchObject({ name: 'job-output-unread' });
  leader.clock.after(1200, () => {
    printed.set(1, 'now\n');
    answer(member);
  });
  leader.clock.after(2200, async () => {
    await leader.putLog('1', 'now\n');
    task = taskOf(0);
  });
  expect(await logs({ follow: true })).toBe('now\n');
  expect(events).toMatchObject([{ kind: 'job.output-unread', device: 'nano1' }]);
});
