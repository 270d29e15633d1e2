import { appendFile, mkdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onlyClient } from '../../../tests/fixtures/performance-bed.js';
import {
  completeRole,
  exitOf,
  lines,
  loadOf,
  RunFolder,
  runOf,
  sealed,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import { runOverview } from './run-overview.js';

const found = (folder: string) => ({ runId: '1', experiment: 'x', folder });
const repeats = [1, 2, 3, 4].map((number) => trial(number));

test('state, time, trials and verdict of a run; the verdict is cached until the run changes', async () => {
  const folder = await RunFolder.make(runOf({ trials: repeats }));
  for (const { number } of repeats)
    for (const role of ['server', 'client']) await folder.role(number, role, completeRole());
  const overview = await runOverview(found(folder.path));
  expect(overview).toMatchObject({
    state: 'complete',
    seconds: 60,
    trials: { complete: 4, all: 4 },
    devices: ['nano1', 'nano2'],
    validity: { verdict: 'DOUBTFUL' },
    fault: null,
  });
  const kept = join(folder.path, 'reports/verdict.json');
  const cached = JSON.parse(await readFile(kept, 'utf8')) as { findings: { text: string }[] };
  cached.findings = [{ check: 'x', level: 'doubt', text: 'kept' } as never];
  await writeFile(kept, JSON.stringify(cached));
  expect((await runOverview(found(folder.path))).validity?.findings[0]?.text).toBe('kept');
  await utimes(join(folder.path, 'run.json'), new Date(), new Date(Date.now() + 5000));
  expect((await runOverview(found(folder.path))).validity).toEqual(overview.validity);
});

test.each<[string, (file: string) => Promise<void>]>([
  ['deleted', (file) => rm(file)],
  ['cut', (file) => truncate(file, 10)],
  ['doubled', async (file) => appendFile(file, await readFile(file))],
])('a cached verdict is not that of a run whose file was %s later', async (_, change) => {
  const folder = await RunFolder.make(runOf({ placement: onlyClient, trials: repeats }));
  const texts = completeRole({ exit: JSON.stringify(exitOf({ device_load: loadOf() })) });
  for (const { number } of repeats) await folder.role(number, 'client', sealed(texts));
  const files = async () =>
    (await runOverview(found(folder.path))).validity?.findings.filter(({ check }) => check === 'files whole');
  expect(await files()).toEqual([]);
  await change(join(folder.path, 'trials/3/client-0/samples.jsonl'));
  expect(await files()).toMatchObject([{ level: 'doubt' }]);
});

test('an invalid cached verdict is computed again', async () => {
  const folder = await RunFolder.make(runOf({ trials: repeats }));
  await folder.role(1, 'client', completeRole({ results: lines([{ a_ms: 1 }]) }));
  await mkdir(join(folder.path, 'reports'));
  await writeFile(join(folder.path, 'reports/verdict.json'), '{"checks":');
  expect((await runOverview(found(folder.path))).validity?.verdict).toBe('DOUBTFUL');
});

test('a running run has no verdict, and none is cached', async () => {
  const folder = await RunFolder.make(runOf({ state: 'running', ended_at: null }));
  expect(await runOverview(found(folder.path))).toMatchObject({
    state: 'running',
    seconds: null,
    validity: null,
  });
  await expect(stat(join(folder.path, 'reports'))).rejects.toThrow();
});

test('a run that cannot be read is shown as such, with the reason', async () => {
  const folder = await RunFolder.make('{"format":1');
  const overview = await runOverview(found(folder.path));
  expect(overview).toMatchObject({ state: 'unreadable', validity: null, run_id: '1', experiment: 'x' });
  expect(overview.fault).toMatch(/JSON/);
});
