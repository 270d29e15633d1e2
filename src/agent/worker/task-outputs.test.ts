import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessWorker } from '../../../tests/fixtures/process-worker.js';
import { jobId, memberId } from '../../../tests/fixtures/work-leader.js';
import { printedAnswer } from '../../fleet/jobs/printed.js';

const within = { timeout: 15_000 };

let worker: ProcessWorker;
beforeEach(async () => {
  worker = await ProcessWorker.start();
});
afterEach(() => worker[Symbol.asyncDispose]());

async function ask(change: object = {}, user = 'u-ann'): Promise<unknown> {
  const asked = { job: jobId, task: 0, attempt: 1, stream: 'stdout', from: 0, ...change };
  const subject = `printed.${user}.${memberId}`;
  for await (const data of worker.leader.broker.ask(subject, Buffer.from(JSON.stringify(asked))))
    return JSON.parse(Buffer.from(data).toString());
  return null;
}

async function printed(change: object = {}): Promise<{ from: number; size: number; text: string } | 'ended'> {
  const said = printedAnswer.parse(await ask(change));
  if (said.kind === 'ended') return said.kind;
  return { from: said.from, size: said.size_bytes, text: Buffer.from(said.content, 'base64').toString() };
}

test('says what a task has printed so far, from any byte on, and nothing of it when it has ended', async () => {
  const given = await worker.leader.give(['sh', '-c', 'echo first; echo wrong >&2; sleep 60']);
  await expect.poll(() => printed(), within).toEqual({ from: 0, size: 6, text: 'first\n' });
  expect(await printed({ stream: 'stderr' })).toEqual({ from: 0, size: 6, text: 'wrong\n' });
  expect(await printed({ from: 3 })).toEqual({ from: 3, size: 6, text: 'st\n' });
  expect(await printed({ from: -2 })).toEqual({ from: 4, size: 6, text: 't\n' });
  expect(await printed({ from: 60 })).toEqual({ from: 6, size: 6, text: '' });
  expect(await printed({ attempt: 2 })).toBe('ended');
  worker.leader.stopping.push(given);
  await worker.leader.endOf(given);
  await expect.poll(() => printed(), within).toBe('ended');
});

test('tells only the owner of the job, and no more than 64 KiB at once', async () => {
  await worker.leader.give(['sh', '-c', 'head -c 200000 /dev/zero | tr "\\0" x; sleep 60']);
  await expect.poll(() => printed(), within).toEqual({ from: 0, size: 200_000, text: 'x'.repeat(65_536) });
  expect(await printed({ from: 199_999 })).toEqual({ from: 199_999, size: 200_000, text: 'x' });
  expect(await ask({}, 'u-bob')).toMatchObject({ kind: 'refused', name: 'job-not-yours' });
  expect(await ask({ stream: '../../broker.seed' })).toMatchObject({ kind: 'refused' });
});

test('a link that a task puts in the place of its output is not followed', async () => {
  const place = 'cd "$(dirname "$COLLAB_RECORDS")"; ln -sf /etc/passwd stderr.log; echo done; sleep 60';
  await worker.leader.give(['sh', '-c', place]);
  await expect.poll(() => printed(), within).toMatchObject({ text: 'done\n' });
  expect(await printed({ stream: 'stderr' })).toEqual({ from: 0, size: 0, text: '' });
});
