import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectedTo, deviceOf } from '../../../../tests/fixtures/connected-device.js';
import { orderOf } from '../../../../tests/fixtures/role-order.js';
import { systemClock } from '../../../events.js';
import { FakeShell } from '../../../network/shell/fake-shell.js';
import { type FakeCourse, type FakeRole, FakeRuntime } from '../fake-runtime.js';
import type { RoleOrder } from '../runtime.js';
import { WarmRuntime } from './warm-runtime.js';

const home = '/home/pi/.collab/runs/20261121-125301-a1b2';
const exit = JSON.stringify({
  code: 0,
  signal: null,
  reason: 'exited',
  started_monotonic_s: 1,
  ended_monotonic_s: 2,
  started_realtime_s: 1,
  totals: {},
});

interface Given {
  serial: number;
  kind: string;
  trial?: number;
}

let runFolder: string;
let orders: Given[];
let lost: unknown[];
let below: FakeRuntime;
let course: FakeCourse;
let runtime: WarmRuntime;
let stays: boolean;
let shell: FakeShell;
beforeEach(async () => {
  runFolder = await mkdtemp(join(tmpdir(), 'warm-'));
  orders = [];
  lost = [];
  let trial = 1;
  // A wrapper that does at once what it is told.
  shell = new FakeShell(async (argv, input) => {
    if (!input.startsWith('{')) return {};
    const order = JSON.parse(input) as Given;
    orders.push(order);
    const folder = argv.at(-1) ?? '';
    await shell.write(`${folder}/order.json`, input);
    trial = order.trial ?? trial;
    if (order.kind === 'finish') await shell.write(`${folder}/${trial}/exit.json`, exit);
    if (order.kind === 'end') await running().exit();
    return {};
  });
  course = (role) => role.print('imported');
  below = new FakeRuntime((role) => course(role));
  stays = true;
  const notCollected = (_: unknown, error: unknown) => Promise.resolve(void lost.push(error));
  runtime = new WarmRuntime(below, { stays: () => stays, runFolder, clock: systemClock, notCollected });
});
afterEach(() => rm(runFolder, { recursive: true }));

function running(): FakeRole {
  const role = below.roles.at(-1);
  if (role === undefined) throw new Error('nothing was started');
  return role;
}

/** That of a controller which takes the run up again. */
const another = () =>
  new WarmRuntime(below, {
    stays: () => true,
    runFolder,
    clock: systemClock,
    notCollected: () => Promise.reject(new Error('not collected')),
  });

const start = (change: Partial<RoleOrder>) =>
  runtime.start({
    connected: connectedTo(deviceOf('nano1'), shell),
    order: orderOf({ role: 'server', restart: 'run', service: true, ...change }),
    publish: [],
    imageId: null,
    gpu: false,
    data: [],
  });

test('one process takes all trials, and ends at the end', async () => {
  const first = await start({ trial: 1 });
  expect(first.folder).toBe(`${home}/warm/server-0/1`);
  await first.stop();
  await first.remove();
  const second = await start({ trial: 2, attempt: 2, parameters: { split: 9 } });
  expect(second.folder).toBe(`${home}/warm/server-0/2.2`);
  expect(await second.alive()).toEqual({ alive: true, reason: null });
  expect(below.roles.map(({ folder, fate }) => [folder, fate])).toEqual([[`${home}/warm/server-0`, []]]);
  await second.remove();
  await runtime.end(true);
  expect(orders.map(({ serial, kind }) => [serial, kind])).toEqual([
    [1, 'finish'],
    [2, 'trial'],
    [3, 'end'],
  ]);
  expect(orders[1]).toMatchObject({ trial: 2, attempt: 2, parameters: { split: 9 }, meeting: null });
  expect(running().fate).toEqual(['stopped', 'removed']);
  expect(await readFile(join(runFolder, 'warm/server-0/stdout.log'), 'utf8')).toBe('imported\n');
  expect(lost).toEqual([]);
});

test('a process that died is known to have, and is followed by another one', async () => {
  const first = await start({ trial: 1 });
  running().die('the kernel killed it: out of memory');
  expect(await first.alive()).toEqual({ alive: false, reason: 'the kernel killed it: out of memory' });
  const again = await start({ trial: 1, attempt: 2 });
  expect(again.folder).toBe(`${home}/warm/server-0.2/1.2`);
  expect(below.roles.map(({ fate }) => fate)).toEqual([['stopped', 'removed'], []]);
  expect(orders).toEqual([]);
  await runtime.end(false);
  expect(below.roles[1]?.fate).toEqual(['stopped', 'removed']);
});

test('an engine that went away, and ended the process, is told to the trial', async () => {
  const cut = new Error('the engine went away');
  course = (role) => {
    role.waitForEnd = () => Promise.reject(cut);
    role.die(null);
  };
  const first = await start({ trial: 1 });
  await expect(first.waitForEnd(new AbortController().signal)).rejects.toBe(cut);
});

test('what is known of its end is said', async () => {
  const first = await start({ trial: 1 });
  await running().print('Traceback\nImportError: no module named torch', 'stderr.log');
  await running().exit({ code: 1, message: 'the command never asked for a trial' });
  expect(await first.alive()).toEqual({
    alive: false,
    reason:
      'its process ended with code 1: the command never asked for a trial: ImportError: no module named torch',
  });
});

test('a role that is no service has no other end than that of its process', async () => {
  const first = await start({ trial: 1, service: false });
  await first.stop();
  expect(orders).toEqual([]);
  expect(running().fate).toEqual(['stopped']);
  const second = await start({ trial: 2, service: false });
  expect(second.folder).toBe(`${home}/warm/server-0.2/2`);
});

test('a role of its own for each trial is that of the runtime below', async () => {
  stays = false;
  const cold = await start({ trial: 3, restart: 'trial' });
  expect(cold.folder).toBe(`${home}/3/server-0`);
  expect(runtime.isWarm).toBe(false);
  await runtime.end(true);
  expect(orders).toEqual([]);
});

test('a process of an earlier controller is found with its trial, and ended before another one is started', async () => {
  const first = await start({ trial: 1 });
  await first.remove();
  await start({ trial: 2 });
  const next = another();
  const { connected, order } = first;
  expect(await next.adopt(connected, { ...order, trial: 3 })).toBeNull();
  const found = await next.adopt(connected, { ...order, trial: 2 });
  expect(found?.folder).toBe(`${home}/warm/server-0/2`);
  await found?.stop();
  expect(orders.at(-1)).toEqual({ serial: 2, kind: 'finish' });
  await next.end(true);
  expect(orders.at(-1)).toEqual({ serial: 3, kind: 'end' });
  expect(below.roles[0]?.fate).toEqual(['stopped', 'removed']);

  runtime = another();
  await start({ trial: 3 });
  runtime = another();
  const after = await start({ trial: 4 });
  expect(after.folder).toBe(`${home}/warm/server-0.3/4`);
  expect(below.roles.map(({ fate }) => fate)).toEqual([['stopped', 'removed'], ['stopped', 'removed'], []]);
});
