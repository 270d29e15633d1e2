import { mkdtemp, readdir, readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runOf } from '../../../tests/fixtures/run-folder.js';
import { expectRebuilt } from '../../../tests/fixtures/rebuilt-runs.js';
import { systemClock } from '../../events.js';
import type { RunRecord, RunStarted } from '../records/index.js';
import { readRun } from './read-run.js';
import { RunWriter } from './run-writer.js';

const folder = async () => join(await mkdtemp(join(tmpdir(), 'collab-writer-')), 'run');
const startedWith = (record: RunRecord): RunStarted => ({
  kind: 'run.started',
  format: 2,
  run_id: record.run_id,
  experiment: record.experiment.name,
  folder: '/logs',
  trials: record.trials.length,
  record,
});
const image = (ref: string) => ({ role: 'server', device: 'nano1', ref, image_id: 'sha256:abc' });
const images = (ref: string) => ({ kind: 'images.deployed' as const, images: [image(ref)] });

test('reads back what was written, and leaves no other file than the journal', async () => {
  const run = await folder();
  const writer = await RunWriter.start(run, systemClock, startedWith(runOf()));
  await writer[Symbol.asyncDispose]();
  expect(await readRun(run)).toEqual(runOf());
  expect((await readdir(run)).sort()).toEqual(['events.jsonl', 'run.json']);
  await expectRebuilt(run);
});

test('the last of many concurrent changes wins, and each is on disk when it resolves', async () => {
  const run = await folder();
  const writer = await RunWriter.start(
    run,
    systemClock,
    startedWith(runOf({ state: 'running', ended_at: null })),
  );
  const seen: string[] = [];
  await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      if (n % 7 === 0) await new Promise((resolve) => setTimeout(resolve, n / 5));
      await writer.append(images(String(n)));
      seen.push((await readRun(run)).images[0]?.ref ?? '');
    }),
  );
  await writer.append({ kind: 'run.ended', run_id: 'r', state: 'complete', folder: run, seconds: 1 });
  expect(seen).not.toContain('');
  expect(seen).not.toContain('collab/server:abc');
  const last = await readRun(run);
  expect([last.state, last.images]).toEqual(['complete', writer.record.images]);
  await writer[Symbol.asyncDispose]();
  await expectRebuilt(run);
});

test('journals an event before updating run.json', async () => {
  const run = await folder();
  await using writer = await RunWriter.start(run, systemClock, startedWith(runOf()));
  const appended = writer.append(images('new'));
  let journal = '';
  while (!journal.includes('"new"')) {
    expect((await readRun(run)).images[0]?.ref).toBe('collab/server:abc');
    journal = await readFile(join(run, 'events.jsonl'), 'utf8');
  }
  await appended;
  expect((await readRun(run)).images[0]?.ref).toBe('new');
});

test('does not write a record that a reader would reject', async () => {
  const run = await folder();
  await using writer = await RunWriter.start(run, systemClock, startedWith(runOf()));
  await expect(writer.append(images(7 as unknown as string))).rejects.toThrow();
  expect((await readRun(run)).images[0]?.ref).toBe('collab/server:abc');
  await writer.append(images('fixed'));
  expect((await readRun(run)).images[0]?.ref).toBe('fixed');
});

test('a run whose folder was moved writes nothing where it was', async () => {
  const run = await folder();
  await using writer = await RunWriter.start(
    run,
    systemClock,
    startedWith(runOf({ state: 'running', ended_at: null })),
  );
  await rename(run, `${run}-moved`);
  await expect(writer.append(images('collab/a:1'))).rejects.toMatchObject({ name: 'run-moved' });
  await expect(readdir(run)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readFile(join(`${run}-moved`, 'events.jsonl'), 'utf8')).toContain('images.deployed');
});
