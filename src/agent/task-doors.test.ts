import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeStore } from '../fleet/files/fake-store.js';
import { TaskDoors } from './task-doors.js';

let folder: string;
let store: FakeStore;
let log: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doors-'));
  store = new FakeStore(null);
  log = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const doorsIn = (at = join(folder, 'doors'), isApart = false) =>
  new TaskDoors(
    at,
    isApart,
    () => Promise.resolve(store),
    (line) => void log.push(line),
  );

async function ask(socketPath: string, path: string): Promise<number | undefined> {
  const asked = request({ socketPath, path }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test('a task that keeps all its requests busy does not keep another one from the store', async () => {
  const doors = doorsIn();
  await using greedy = await doors.open();
  await using modest = await doors.open();
  let opened = 0;
  store.open = () => {
    opened += 1;
    return new Promise(() => undefined);
  };
  for (let count = 0; count < 20; count += 1)
    ask(greedy.env.COLLAB_STORE ?? '', '/files/a').catch(() => null);
  await expect.poll(() => opened).toBe(4);
  expect(await ask(modest.env.COLLAB_STORE ?? '', '/versions/a')).toBe(200);
  expect(opened).toBe(4);
});

test('a door goes with its attempt, and its place is free for the next one', async () => {
  const doors = doorsIn();
  const [first, second] = [await doors.open(), await doors.open()];
  const path = first.env.COLLAB_STORE ?? '';
  await first[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(false);
  await using third = await doors.open();
  expect(third.env.COLLAB_STORE).toBe(path);
  expect(await ask(path, '/versions/a')).toBe(200);
  await second[Symbol.asyncDispose]();
  expect(log).toEqual([]);
});

test('a container gets the folder of its own door, and nothing that a killed agent left', async () => {
  const at = join(folder, 'doors');
  await mkdir(join(at, '7'), { recursive: true });
  await writeFile(join(at, '7/sock'), '');
  const doors = doorsIn(at, true);
  await doors.clear();
  expect(existsSync(join(at, '7'))).toBe(false);
  await using door = await doors.open();
  expect(door.env).toEqual({ COLLAB_STORE: '/run/collab/sock' });
  expect(door.folders).toEqual([{ source: join(at, '1'), target: '/run/collab' }]);
  expect(await ask(join(at, '1/sock'), '/versions/a')).toBe(200);
});

test('where no socket can be made, the task runs all the same, and the log says why', async () => {
  const doors = doorsIn(join(folder, 'x'.repeat(120)));
  await using door = await doors.open();
  expect(door.env.COLLAB_STORE).toContain('xxx');
  expect(log.join()).toMatch(/a task cannot use the store: .* is too long a path for a socket/);
});
