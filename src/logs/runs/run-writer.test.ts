import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runOf } from '../../../tests/fixtures/run-folder.js';
import { readRun } from './read-run.js';
import { RunWriter } from './run-writer.js';

const folder = async () => join(await mkdtemp(join(tmpdir(), 'collab-writer-')), 'run');

test('what was written is read back, and no file lies beside it', async () => {
  const run = await folder();
  await RunWriter.create(run, runOf());
  expect(await readRun(run)).toEqual(runOf());
  expect(await readdir(run)).toEqual(['run.json']);
});

test('of many changes at once the last state wins, and each is on the disk when it resolves', async () => {
  const run = await folder();
  const writer = await RunWriter.create(run, runOf({ state: 'running', ended_at: null }));
  const seen: string[] = [];
  await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      if (n % 7 === 0) await new Promise((resolve) => setTimeout(resolve, n / 5));
      await writer.update((record) => (record.versions.n = String(n)));
      seen.push((await readRun(run)).versions.n ?? '');
    }),
  );
  await writer.update((record) => (record.state = 'complete'));
  expect(seen).not.toContain('');
  const last = await readRun(run);
  expect([last.state, last.versions.n]).toEqual(['complete', writer.record.versions.n]);
});

test('a record that a reader would refuse is not written', async () => {
  const run = await folder();
  const writer = await RunWriter.create(run, runOf());
  await expect(writer.update((record) => (record.run_id = 7 as unknown as string))).rejects.toThrow();
  expect((await readRun(run)).run_id).toBe('20261121-125301-a1b2');
  await writer.update((record) => (record.run_id = 'mended'));
  expect((await readRun(run)).run_id).toBe('mended');
});
