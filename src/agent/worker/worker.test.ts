import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freeDevice, noDoor, noEnvironments, unknownDevice } from '../../../tests/fixtures/free-device.js';
import { connectedTo, deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { usual } from '../../../tests/fixtures/usual-course.js';
import { failedEnd, jobId, memberId, WorkLeader } from '../../../tests/fixtures/work-leader.js';
import { type FakeCourse, FakeRuntime } from '../../deployment/runtimes/fake-runtime.js';
import { processRuntime } from '../../deployment/runtimes/process.js';
import { type Clock, systemClock } from '../../events.js';
import { JetStreamStore, openStore } from '../../fleet/files/jetstream-store.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { Worker, type WorkerParts } from './worker.js';

let state: string;
let leader: WorkLeader;
let runtime: FakeRuntime;
let log: string[];
let ending: AbortController;
let working: Promise<void>;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'worker-'));
  leader = await WorkLeader.open();
  log = [];
  working = Promise.resolve();
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await working;
  leader[Symbol.dispose]();
  await rm(state, { recursive: true });
});

function work(
  course: FakeCourse = usual,
  change: Partial<WorkerParts> = {},
  slots = 1,
  clock: Clock = systemClock,
): void {
  runtime = new FakeRuntime(course, processRuntime);
  const parts: WorkerParts = {
    config: { member: { id: memberId, name: 'nano1' }, slots, tags: ['gpu'], gpu: null, ...unknownDevice },
    images: null,
    broker: leader.broker,
    connected: connectedTo(
      deviceOf('nano1', { facts: factsOf({ user: { name: 'pi', uid: 1000, gid: 1000, home: state } }) }),
      new LocalShell(),
    ),
    state,
    openStore: memberStore,
    openRuntime: () => Promise.resolve(runtime),
    use: freeDevice(),
    makeEnvironment: noEnvironments,
    openDoor: noDoor,
    session: 's1',
    ...change,
  };
  const context = { clock, log: (line: string) => void log.push(line), signal: ending.signal };
  working = new Worker(parts, context).run();
}

const memberStore = (jobsOf: string) =>
  openStore(leader.broker, { kind: 'member', id: memberId, name: 'nano1', jobsOf });

async function stored(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, kind } of (await memberStore('ann')).list(`jobs/${jobId}`))
    if (kind === 'file') names.push(name.slice(`jobs/${jobId}/`.length));
  return names.sort();
}

const isRunning = () => runtime.roles.some((role) => role.fate.length === 0);

test('runs a task, keeps what it left in the store, writes its end and removes its folders', async () => {
  work();
  const given = await leader.give(['true', '7'], { task: 2, attempt: 2, ends: [failedEnd] });
  expect(await leader.endOf(given)).toEqual({
    attempt: 2,
    member: memberId,
    outcome: 'done',
    code: 0,
    reason: null,
    last_lines: 'runs true 7',
    assigned_at: given.assigned_at,
    started_at: expect.any(String) as string,
    ended_at: expect.any(String) as string,
  });
  expect(await stored()).toEqual(
    ['exit.json', 'role.json', 'stdout.log'].map((name) => `trials/3.2/task-0/${name}`),
  );
  expect(runtime.roles[0]?.order).toMatchObject({
    run_id: jobId,
    trial: 3,
    attempt: 2,
    role: 'task',
    stop_grace_s: 2,
  });
  await leader.until(() => runtime.roles[0]?.fate.at(-1) === 'removed');
  const record: unknown = JSON.parse(
    Buffer.from((await leader.broker.last('JOBS', `j.${jobId}.2`))?.data ?? '').toString(),
  );
  expect(record).toMatchObject({ state: 'ended', attempt: 2, ends: [{ attempt: 1 }, { attempt: 2 }] });
});

test('says what it is and what it holds, runs no more than it has slots, and asks anew when one is free', async () => {
  leader.patienceMs = 60_000;
  work(usual, {}, 2);
  for (const task of [0, 1, 2]) await leader.give(['sleep'], { task });
  await leader.until(() => runtime.roles.length === 2);
  await leader.until(() => leader.asked.at(-1)?.holds.length === 2);
  expect(leader.asked.at(-1)).toMatchObject({ session: 's1', slots: 2, tags: ['gpu'], ended: [] });
  await runtime.roles[0]?.exit();
  await leader.until(() => runtime.roles.length === 3);
  const task = (runtime.roles[0]?.order.trial ?? 0) - 1;
  await leader.until(() => leader.asked.some(({ ended }) => ended.length > 0));
  expect(leader.asked.find(({ ended }) => ended.length > 0)?.ended).toEqual([
    { job: jobId, task, attempt: 1 },
  ]);
  // Told once.
  leader.patienceMs = 300;
  await leader.until(() => leader.asked.at(-1)?.ended.length === 0);
});

test('a slot is free when the command has ended, before what it left is in the store', async () => {
  let [isSlow, release] = [false, (): void => undefined];
  const slow = new Promise<void>((resolve) => (release = resolve));
  work(usual, { openStore: (owner) => (isSlow ? slow : Promise.resolve()).then(() => memberStore(owner)) });
  for (const task of [0, 1, 2]) await leader.give(['sleep'], { task });
  await leader.until(() => runtime.roles.length === 1);
  isSlow = true;
  await runtime.roles[0]?.exit();
  await leader.until(() => runtime.roles.length === 2);
  await runtime.roles[1]?.exit();
  await systemClock.sleep(200); // no more of them wait for the store than there are slots
  expect(runtime.roles).toHaveLength(2);
  release();
  await leader.until(() => runtime.roles.length === 3);
});

test('stops what is not its own any more', async () => {
  work();
  const given = await leader.give(['sleep']);
  await leader.until(isRunning);
  leader.stopping.push(given);
  expect(await leader.endOf(given)).toMatchObject({
    outcome: 'cancelled',
    code: null,
    last_lines: 'runs sleep',
  });
  expect(runtime.roles[0]?.fate).toEqual(['stopped', 'removed']);
  expect(await stored()).toContain('trials/1/task-0/stdout.log');
});

test('the end of an attempt that was replaced is written beside', async () => {
  work();
  const given = await leader.give(['sleep']);
  await leader.until(isRunning);
  await leader.broker.publish(`j.${jobId}.0`, Buffer.from('{"of": "another"}'));
  await runtime.roles[0]?.exit({ code: 3 });
  await leader.until(async () => (await leader.lateEndOf(given)) !== null);
  expect(await leader.lateEndOf(given)).toMatchObject({ outcome: 'failed', code: 3 });
  expect(Buffer.from((await leader.broker.last('JOBS', `j.${jobId}.0`))?.data ?? '').toString()).toContain(
    'another',
  );
  await leader.until(() => leader.asked.some(({ ended }) => ended.length === 1));
});

test('fetches the files of a job once, with structure, modes and links', async () => {
  const folders: string[] = [];
  const store = new JetStreamStore(
    leader.broker,
    { kind: 'user', name: 'ann' },
    { format: 1, fleet: 'test', state: 'ready', keep: 5, replace_after_s: 600, replicas: 3 },
    () => new Date(),
  );
  const content = async function* () {
    await Promise.resolve();
    yield Buffer.from('#!/bin/sh\n');
  };
  const name = `jobs/${jobId}/files`;
  await store.put([
    { name: `${name}/bin/run.sh`, kind: 'file', mode: 0o755, target: null, content },
    { name: `${name}/link`, kind: 'link', mode: 0o777, target: 'bin/run.sh', content },
    { name: `${name}/empty`, kind: 'folder', mode: 0o755, target: null, content },
  ]);
  work(usual, {
    openRuntime: (files) => {
      folders.push(files);
      return Promise.resolve(runtime);
    },
  });
  for (const task of [0, 1]) await leader.endOf(await leader.give(['true'], { task }));
  expect(folders).toEqual([join(state, 'jobs', jobId, 'files')]);
  expect(readdirSync(folders[0] ?? '').sort()).toEqual(['bin', 'empty', 'link']);
  expect(readdirSync(join(state, 'jobs', jobId))).toEqual(['files']);
});

test('a store that takes nothing fails the task in the end, and its slot is free', async () => {
  let nowMs = Date.parse('2026-11-29T12:00:00Z');
  const clock: Clock = {
    now: () => new Date(nowMs),
    sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal),
  };
  const full = (owner: string) => {
    // The files of the job come first.
    if (runtime.roles.length === 0) return memberStore(owner);
    nowMs += 60_000;
    return Promise.reject(new Error('the disks of all keepers are full'));
  };
  work(usual, { openStore: full }, 1, clock);
  const end = await leader.endOf(await leader.give(['true']));
  expect(end).toMatchObject({ outcome: 'failed', code: 0, last_lines: 'runs true' });
  expect(end.reason).toBe('what it left could not be put into the store: the disks of all keepers are full');
  await leader.until(() => leader.asked.at(-1)?.holds.length === 0);
});

test('a task that cannot be started fails with the reason', async () => {
  work(() => {
    throw new Error('no space left');
  });
  const end = await leader.endOf(await leader.give(['true']));
  const reason = 'it could not be started: no space left';
  expect(end).toMatchObject({ outcome: 'failed', code: null, reason });
});

test('a wrapper that ends without a word fails the task, and what it started is stopped', async () => {
  work((role) => role.die('killed'));
  const end = await leader.endOf(await leader.give(['true']));
  expect(end).toMatchObject({ outcome: 'failed', reason: 'its wrapper ended without a word: killed' });
  expect(runtime.roles[0]?.fate[0]).toBe('stopped');
});

test('takes no tasks while somebody holds the device', async () => {
  work(usual, { use: freeDevice(false) });
  await leader.give(['true']);
  await leader.until(() => leader.asked.length > 1);
  expect(leader.asked.every(({ slots }) => slots === 0)).toBe(true);
  expect(log).toEqual(['takes no tasks while somebody holds this device']);
});

test('takes no tasks while it cannot be read whether somebody holds the device, and says why', async () => {
  const use = { ...freeDevice(), isFree: () => Promise.reject(new Error('the disk is full')) };
  work(usual, { use });
  await leader.give(['true']);
  await leader.until(() => leader.asked.length > 1);
  expect(leader.asked.every(({ slots, replica_slots: replicas }) => slots + replicas === 0)).toBe(true);
  expect(log).toEqual([
    'takes no tasks: whether somebody holds this device cannot be read: the disk is full',
  ]);
});

test('waits for a leader, and says once that there is none', async () => {
  leader[Symbol.dispose]();
  work();
  await systemClock.sleep(1200);
  expect(log).toEqual([`no tasks from the leader: nobody answers ask.m-${memberId}.work`]);
});

test('stops its tasks when the agent ends, and writes no end', async () => {
  work();
  const given = await leader.give(['sleep']);
  await leader.until(isRunning);
  const before = await leader.broker.last('JOBS', `j.${jobId}.0`);
  ending.abort();
  await working;
  expect(runtime.roles[0]?.fate[0]).toBe('stopped');
  expect(await leader.broker.last('JOBS', `j.${jobId}.0`)).toEqual(before);
  expect(await leader.lateEndOf(given)).toBeNull();
});

test('ends and removes what an earlier worker left, and begins anew', async () => {
  work();
  await leader.give(['sleep']);
  await leader.until(isRunning);
  const [left] = runtime.roles;
  const folder = left?.folder ?? '';
  ending.abort();
  await working;
  expect(existsSync(folder)).toBe(true);
  const ended: string[] = [];
  ending = new AbortController();
  class Ending extends FakeRuntime {
    override endRoles(_: unknown, runId: string): Promise<void> {
      ended.push(runId);
      return Promise.resolve();
    }
  }
  work(usual, { openRuntime: () => Promise.resolve(new Ending(usual)), session: 's2' });
  await leader.until(() => leader.asked.at(-1)?.session === 's2');
  expect(ended).toEqual([jobId]);
  expect(leader.asked.at(-1)?.holds).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(readdirSync(state)).toEqual(['.collab']);
});
