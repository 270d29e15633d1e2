import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TaskDisk } from './task-disk.js';

test('a full disk is noticed when a task has failed there, and until there is room', async () => {
  const log: string[] = [];
  let freeBytes = 0;
  const disk = new TaskDisk(
    '/runs',
    (line) => void log.push(line),
    () => Promise.resolve(freeBytes),
  );
  expect(await disk.isFull()).toBe(false); // nothing has failed: it is not asked
  await disk.look();
  expect(await disk.isFull()).toBe(true);
  freeBytes = 1e9;
  expect(await disk.isFull()).toBe(false);
  freeBytes = 0;
  expect(await disk.isFull()).toBe(false);
  expect(log).toEqual(['takes no tasks: the disk of /runs is full', 'there is room for tasks again']);
});

test('a disk with room, or one that cannot be asked, is not full', async () => {
  const log: string[] = [];
  for (const folder of [tmpdir(), join(tmpdir(), 'missing', 'folder')]) {
    const disk = new TaskDisk(folder, (line) => void log.push(line));
    await disk.look();
    expect(await disk.isFull(), folder).toBe(false);
  }
  expect(log).toEqual([]);
});
