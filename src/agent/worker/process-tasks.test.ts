import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessWorker } from '../../../tests/fixtures/process-worker.js';
import { processesWith } from '../../../tests/fixtures/run-wrapper.js';
import { jobId, type WorkLeader } from '../../../tests/fixtures/work-leader.js';

let worker: ProcessWorker;
let leader: WorkLeader;
let state: string;

beforeEach(async () => {
  worker = await ProcessWorker.start();
  ({ leader, state } = worker);
});
afterEach(() => worker[Symbol.asyncDispose]());

const left = (trial: string) => worker.left(trial);

test('programs end as they do, and leave files and a record', async () => {
  const script = '#!/bin/sh\necho "$0 $1" > "$COLLAB_OUTPUTS/a.txt"; mkdir "$COLLAB_OUTPUTS/b"; echo >here\n';
  await worker.put('files/run.sh', script, 0o755);
  const given = await Promise.all([
    leader.give(['true'], { task: 0 }),
    leader.give(['sh', '-c', 'echo said; echo wrong >&2; exit 3'], { task: 1 }),
    leader.give(['./run.sh', 'word'], { task: 2, attempt: 2 }),
    leader.give(['no-such-program'], { task: 3 }),
    leader.give(['sleep', '30'], { task: 4, timeout_s: 0.3 }),
    leader.give(['sh', '-c', 'test ! -e here && printf "%s" "$COLLAB_PARAMETERS"'], {
      task: 5,
      parameters: { lr: 0.1 },
    }),
  ]);
  const ends = await Promise.all(given.map((one) => leader.endOf(one)));
  expect(ends.map(({ outcome, code, reason }) => [outcome, code, reason])).toEqual([
    ['done', 0, null],
    ['failed', 3, 'it exited with code 3'],
    ['done', 0, null],
    ['failed', null, 'its command could not be started: no-such-program: No such file or directory'],
    ['failed', null, 'it ran past its timeout of 0.3 s'],
    ['done', 0, null],
  ]);
  expect(ends[1]?.last_lines).toBe('wrong');
  expect(ends[5]?.last_lines).toBe('{"lr": 0.1}');
  expect(await left('2')).toMatchObject({ 'stdout.log': 'said\n', 'stderr.log': 'wrong\n' });
  const files = await left('3.2');
  expect(files['outputs/a.txt']).toBe('./run.sh word\n');
  expect(files['exit.json']).toContain('"exited"');
  expect(existsSync(join(state, '.collab/runs', jobId, '1'))).toBe(false);
  expect(readdirSync(join(state, '.collab/runs', jobId, 'work'))).toEqual([]);
  expect(worker.log).toEqual([]);
});

test('what a task puts in place of its own files is neither followed nor waited for', async () => {
  const secret = join(state, 'broker.seed');
  await writeFile(secret, 'SECRET');
  const place = 'cd "$(dirname "$COLLAB_RECORDS")"';
  const given = await Promise.all([
    leader.give(['sh', '-c', `${place}; ln -sf ${secret} stderr.log; ln -sf ${secret} stdout.log; exit 1`], {
      task: 0,
    }),
    leader.give(['sh', '-c', `${place}; rm stderr.log; mkfifo stderr.log; exit 1`], { task: 1 }),
    leader.give(['sh', '-c', 'rm -r "$COLLAB_OUTPUTS"; ln -s / "$COLLAB_OUTPUTS"'], { task: 2 }),
  ]);
  const ends = await Promise.all(given.map((one) => leader.endOf(one)));
  expect(ends.map(({ last_lines }) => last_lines)).toEqual(['', '', '']);
  for (const trial of ['1', '2', '3'])
    expect(Object.values(await left(trial)).join('')).not.toContain('SECRET');
  expect(Object.keys(await left('3')).filter((name) => name.startsWith('outputs'))).toEqual([]);
});

test('what a task leaves running ends with it', async () => {
  const mark = `mark-${String(process.hrtime.bigint())}`;
  const waits = 'python3 -c "import time; time.sleep(60)" "$0" &';
  const given = await leader.give(['sh', '-c', `${waits} setsid ${waits} sleep 0.5; echo ok`, mark]);
  await leader.until(async () => (await processesWith(mark)).length >= 3);
  expect(await leader.endOf(given)).toMatchObject({ outcome: 'done', last_lines: 'ok' });
  expect(await processesWith(mark)).toEqual([]);
});

test('a task that prints too much is stopped, and others go on; the beginning of its output is kept', async () => {
  // A hole in the file, so that the test needs no disk.
  const print = 'import os, time; os.write(1, b"first\\n"); os.ftruncate(1, 1001000000); time.sleep(60)';
  const [loud, other] = await Promise.all([
    leader.give(['python3', '-c', print], { task: 0 }),
    leader.give(['sh', '-c', 'sleep 3; echo ok'], { task: 1 }),
  ]);
  const { outcome, reason } = await leader.endOf(loud);
  expect(outcome).toBe('failed');
  expect(reason).toMatch(/^it printed more than 1 GB to standard output and error, so it was stopped/);
  expect(await leader.endOf(other)).toMatchObject({ outcome: 'done', last_lines: 'ok' });
  const kept = (await left('1'))['stdout.log'];
  expect(kept?.length).toBe(10_000_000);
  expect(kept?.startsWith('first\n')).toBe(true);
});

test('outputs that no store keeps fail the task, but not its logs', async () => {
  const given = await leader.give(['sh', '-c', 'echo ok; ln -s /etc/passwd "$COLLAB_OUTPUTS/users"']);
  const { outcome, reason } = await leader.endOf(given);
  expect(outcome).toBe('failed');
  expect(reason).toContain('its outputs could not be put into the store: outputs/users: the link leads out');
  expect(await left('1')).toMatchObject({ 'stdout.log': 'ok\n' });
});

test('stops within the time that the agent has, also what does not listen', async () => {
  const mark = `mark-${String(process.hrtime.bigint())}`;
  await leader.give([
    'sh',
    '-c',
    'trap "" TERM; python3 -c "import time; time.sleep(60)" "$0"; sleep 60',
    mark,
  ]);
  await leader.until(async () => (await processesWith(mark)).length >= 2);
  const atMs = Date.now();
  await worker.end();
  expect(Date.now() - atMs).toBeLessThan(3000);
  expect(await processesWith(mark)).toEqual([]);
});

test('ends what a worker left that was killed, and removes its folders', async () => {
  const mark = `mark-${String(process.hrtime.bigint())}`;
  await leader.give(['sh', '-c', 'python3 -c "import time; time.sleep(60)" "$0"', mark]);
  await leader.until(async () => (await processesWith(mark)).length >= 2);
  // A second one, as if the first were gone.
  const second = new AbortController();
  const again = worker.work(second.signal);
  await leader.until(async () => (await processesWith(mark)).length === 0);
  await leader.until(() => !existsSync(join(state, '.collab/runs', jobId)));
  second.abort();
  await again;
});
