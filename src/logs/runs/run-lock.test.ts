import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { CollabError } from '../../errors.js';
import type { ControllerRecord } from '../records/index.js';
import { thisController } from './controller.js';
import { RunLock } from './run-lock.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
});

const refused = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error as CollabError).name,
  );

/** A lock of another process: one that has ended, or one elsewhere. */
async function heldBy(change: Partial<ControllerRecord>): Promise<void> {
  await RunLock.take(folder);
  const controller = { ...(await thisController()), ...change };
  const top = (await readdir(join(folder, '.controllers'))).sort().at(-1) ?? '';
  await writeFile(join(folder, '.controllers', top, 'controller.json'), JSON.stringify({ controller }));
}

test('one of many that try at once takes it; the others are refused', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => RunLock.take(folder)));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await readdir(join(folder, '.controllers'))).toEqual(['1']);
});

test('it can be taken again when it was released, and when its process has ended', async () => {
  const first = await RunLock.take(folder);
  expect(await RunLock.isFree(folder)).toBe(false);
  await first[Symbol.asyncDispose]();
  expect(await RunLock.isFree(folder)).toBe(true);
  await heldBy({ start_ticks: 1 });
  await RunLock.take(folder);
  expect(await refused(RunLock.take(folder))).toBe('run-goes-on');
});

test('one of a machine that cannot be looked at is taken only if the user says so', async () => {
  await heldBy({ host: 'elsewhere', machine: 'other', boot_id: 'other' });
  expect(await refused(RunLock.take(folder))).toBe('run-unchecked');
  expect(await refused(RunLock.take(folder, { evenUnchecked: true }))).toBeNull();
});

test('a run that has no lock yet is of the process that its record names', async () => {
  expect(await refused(RunLock.take(folder, { last: await thisController() }))).toBe('run-goes-on');
  expect(
    await refused(RunLock.take(folder, { last: { ...(await thisController()), start_ticks: 1 } })),
  ).toBeNull();
});
