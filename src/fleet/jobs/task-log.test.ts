import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  AskedLeader,
  endOf,
  folderWith,
  id,
  jobOf,
  quiet,
  taskOf,
} from '../../../tests/fixtures/asked-leader.js';
import type { FleetJobs } from './fleet-jobs.js';

let leader: AskedLeader;
beforeEach(async () => {
  leader = await AskedLeader.make();
});

async function logsOf(options?: Parameters<FleetJobs['logs']>[1]): Promise<string[]> {
  const said: string[] = [];
  for await (const { task, attempt, content } of leader.jobs.logs(id, options)) {
    let text = `${task.task}.${attempt}: `;
    for await (const piece of content()) text += Buffer.from(piece).toString();
    said.push(text);
  }
  return said;
}

test('logs are those of the attempt that counts, of tasks that have ended', async () => {
  await leader.putLog('1', 'one\n');
  await leader.putLog('2', 'failed\n');
  await leader.putLog('2.2', 'two\n');
  const tasks = [
    taskOf(0),
    taskOf(1, { ends: [endOf(1, 'failed'), endOf(2, 'done')] }),
    taskOf(2, { state: 'running', ends: [endOf(1, 'failed')] }),
    taskOf(3, { state: 'cancelled', ends: [] }),
    taskOf(4, { state: 'failed', ends: [endOf(1, 'failed')] }),
  ];
  leader.answer = (question) =>
    question.kind === 'tasks'
      ? { kind: 'tasks', tasks: tasks.slice(question.from, question.from + question.limit), total: 5 }
      : { kind: 'job', job: jobOf({ tasks: 5 }) };
  expect(await logsOf()).toEqual(['0.1: one\n', '1.2: two\n', '4.1: ']);
  expect(await logsOf({ task: 1 })).toEqual(['1.2: two\n']);
  await expect(logsOf({ task: 5 })).rejects.toMatchObject({ name: 'job-no-task', exitCode: 2 });
  leader.clock.after(1200, () => {
    tasks[2] = taskOf(2, { ends: [endOf(1, 'failed'), endOf(2, 'done')] });
  });
  expect(await logsOf({ follow: true })).toEqual(['0.1: one\n', '1.2: two\n', '2.2: ', '4.1: ']);
  expect(leader.clock.passedMs).toBe(1500);
});

test('output brings what the attempts left, and only to the owner', async () => {
  leader.answer = () => ({ kind: 'job', job: jobOf() });
  const folder = await folderWith({});
  await expect(leader.jobs.output(id, () => folder, quiet)).rejects.toMatchObject({
    name: 'job-no-output',
    exitCode: 2,
  });
  await leader.putLog('1', 'one\n');
  expect(await leader.jobs.output(id, () => folder, quiet)).toMatchObject({ folder, files: 1 });
  expect(await readFile(join(folder, 'trials/1/task-0/stdout.log'), 'utf8')).toBe('one\n');
  leader.answer = () => ({ kind: 'job', job: jobOf({ owner: 'bob' }) });
  await expect(leader.jobs.output(id, () => folder, quiet)).rejects.toMatchObject({ name: 'job-not-yours' });
  await expect(logsOf()).rejects.toMatchObject({ name: 'job-not-yours' });
});
