import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { systemClock } from '../../events.js';
import { showLease, takeLease } from '../../network/index.js';
import { askLease } from '../../network/leases/ask-lease.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { DeviceUse } from './device-use.js';

const shell = new LocalShell();
const other = { who: 'ann', host: 'pc1', run: 'r1', reason: null, termS: 60 };
let parent: string;
let folder: string;
let log: string[];
let ending: AbortController;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'device-use-'));
  folder = join(parent, 'lease');
  log = [];
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await rm(parent, { recursive: true, force: true });
});

const useOf = (takes = true, clock = systemClock) =>
  new DeviceUse(
    { shell, fleet: 'lab', member: 'nano1', folder, takes },
    { clock, log: (line) => void log.push(line), signal: ending.signal },
  );
const holder = () => showLease(shell, folder);
const never = new AbortController().signal;
const taskOf = (job: string) => ({ job, service: null });

test('tasks hold the device together, until a moment after the last one', async () => {
  const use = useOf();
  expect(await use.isFree()).toBe(true);
  const [first, second] = [taskOf('job-1'), taskOf('job-2')];
  await Promise.all([use.enter(first, never), use.enter(second, never)]);
  expect(await holder()).toMatchObject({ who: 'fleet lab', host: 'nano1', run: 'job-1' });
  expect(await use.isFree()).toBe(true);
  use.leave(first);
  await systemClock.sleep(1200);
  expect(await holder()).toMatchObject({ run: 'job-2' });
  use.leave(second);
  await expect.poll(holder, { timeout: 5000 }).toBeNull();
});

test('while a replica of a service is there, the lease names it: it does not end by itself', async () => {
  const use = useOf();
  const [task, replica] = [taskOf('job-1'), { job: 'job-2', service: 'web' }];
  await use.enter(task, never);
  expect(await holder()).toMatchObject({ run: 'job-1', reason: null });
  await use.enter(replica, never);
  expect(await holder()).toMatchObject({ who: 'fleet lab', run: 'job-2', reason: 'service web' });
  use.leave(replica);
  await expect.poll(holder, { timeout: 5000 }).toMatchObject({ run: 'job-1', reason: null });
  use.leave(task);
  await expect.poll(holder, { timeout: 5000 }).toBeNull();
});

test('a lease that cannot be read is not taken for none', async () => {
  await writeFile(folder, 'not a folder');
  await expect(useOf().isFree()).rejects.toMatchObject({ name: 'lease-failed' });
});

test('a task waits while somebody else holds the device', async () => {
  const attempt = await takeLease(shell, other, folder);
  const use = useOf();
  expect(await use.isFree()).toBe(false);
  const user = taskOf('job-1');
  const entering = use.enter(user, never);
  if (attempt.taken) await attempt.lease.release();
  await entering;
  expect(await holder()).toMatchObject({ who: 'fleet lab' });
  use.leave(user);
});

test('where members share a device, they only wait for others', async () => {
  const use = useOf(false);
  await use.enter(taskOf('job-1'), never);
  expect(await holder()).toBeNull();
  await takeLease(shell, other, folder);
  expect(await use.isFree()).toBe(false);
});

test('who ends the lease by force gets a minute; what runs is stopped', async () => {
  const clock = new SteppedClock();
  const use = useOf(true, clock);
  let lost = 0;
  use.onLost(() => (lost += 1));
  await use.enter(taskOf('job-1'), never);
  await askLease(shell, 'kick', { id: 'k', claim: { ...other, run: null }, folder });
  await expect.poll(() => lost, { timeout: 5000 }).toBe(1);
  expect(await use.isFree()).toBe(false);
  await clock.sleep(61_000);
  expect(await use.isFree()).toBe(true);
  expect(log).toEqual(['somebody else has taken this device: its tasks stop']);
});

test('the lease of an agent that was killed is ended by the next one there, and by no other', async () => {
  await useOf().enter(taskOf('job-1'), never);
  const elsewhere = new DeviceUse(
    { shell, fleet: 'lab', member: 'nano2', folder, takes: true },
    { clock: systemClock, log: () => undefined, signal: never },
  );
  await elsewhere.clear();
  expect(await holder()).toMatchObject({ run: 'job-1' });
  const next = useOf();
  await next.clear();
  expect(await next.isFree()).toBe(true);
});

test('tasks of one job, one after the other, start no program', async () => {
  let programs = 0;
  class Counting extends LocalShell {
    override exec(...asked: Parameters<LocalShell['exec']>): ReturnType<LocalShell['exec']> {
      programs += 1;
      return super.exec(...asked);
    }
  }
  const use = new DeviceUse(
    { shell: new Counting(), fleet: 'lab', member: 'nano1', folder, takes: true },
    { clock: systemClock, log: (line) => void log.push(line), signal: ending.signal },
  );
  const [first, next] = [taskOf('job-1'), taskOf('job-1')];
  await use.enter(first, never);
  expect(programs).toBeGreaterThan(0);
  const before = programs;
  use.leave(first);
  await use.enter(next, never);
  expect(programs).toBe(before);
  expect(await holder()).toMatchObject({ run: 'job-1' });
  use.leave(next);
  await expect.poll(holder, { timeout: 5000 }).toBeNull();
});
