import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  completeRole,
  lines,
  monotonic,
  RunFolder,
  runOf,
  trial,
} from '../../../tests/fixtures/run-folder.js';
import type { RunRecord } from '../../logs/index.js';
import { Performance, runOverview } from '../opening/index.js';
import { writeReport } from './write-report.js';

/** A job of two tasks, each on a device of its own, of which nothing is known but what they left. */
async function jobFolder(change: Partial<RunRecord>): Promise<string> {
  const devices = ['nano1', 'nano2'];
  const placed = (device: string) => ({ role: 'task', rank: 0, device });
  const run = runOf({
    job: { owner: 'ann', fleet: 'lab', asked_at: '2026-11-21T13:00:00.000Z' },
    experiment: { name: 'fit', id: '', definition: { name: 'fit', command: ['true'], pool: [] } },
    devices: devices.map((name) => ({ name, id: name, address: '', facts: {}, clock: null })),
    placement: devices.map(placed),
    trials: devices.map((device, at) => trial(at + 1, { repeat: at, placement: [placed(device)] })),
    images: [],
    versions: {},
    git: null,
    ...change,
  });
  const folder = await RunFolder.make(run);
  for (const number of [1, 2]) {
    const spans = lines([{ name: 'step', start_monotonic_s: monotonic(1), duration_ms: 5, frame: 1 }]);
    await folder.role(number, 'task', completeRole({ spans }));
  }
  return folder.path;
}

async function pageOf(change: Partial<RunRecord>): Promise<string> {
  const output = await mkdtemp(join(tmpdir(), 'collab-report-'));
  await writeReport(await Performance.open(await jobFolder(change)), 'html', output);
  const page = await readFile(join(output, 'report.html'), 'utf8');
  const main = page.slice(page.indexOf('<main'), page.indexOf('</main>'));
  return main.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

async function durations(change: Partial<RunRecord>): Promise<unknown[]> {
  const performance = await Performance.open(await jobFolder(change));
  const found: unknown[] = [];
  for (const name of ['runs', 'trials'] as const) {
    const table = performance.table(name);
    for await (const row of table.rows()) found.push(row[table.columns.indexOf('duration_s')]);
  }
  return found;
}

test('a page of a job on a LAN pretends no common clock', async () => {
  const page = await pageOf({ lan: 'shelf' });
  expect(page).toContain('Took not known');
  expect(page).toContain(
    'Spans of all roles on the clock of each device, which was not compared with any other.',
  );
  expect(page).toContain(
    'by the clock of each device, which was not compared with any other: charts of two devices may be shifted',
  );
  expect(page).not.toMatch(/on the controller’s clock|undefined|NaN/);
});

test('a page of a job on a fleet of this machine has one clock', async () => {
  const page = await pageOf({ lan: null });
  expect(page).toContain('Took 1 min');
  expect(page).toContain('Spans of all roles on the controller’s clock.');
});

test('what a job does not tell is said to be not known', async () => {
  const page = await pageOf({ lan: 'shelf' });
  expect(page).toContain('Job of ann on the fleet lab');
  expect(page).toContain('Experiment id not known');
  expect(page).toContain('git commit not known');
  expect(page).toMatch(
    /nano1 task-0 – – – – not measured not known|nano1 task-0 [–\s]+ not measured not known/,
  );
});

test('durations between two clocks are empty, and those of one clock are not', async () => {
  expect(await durations({ lan: 'shelf' })).toEqual([null, null, null]);
  expect(await durations({ lan: null })).toEqual([60, 0, 0]);
  const overview = async (lan: string | null) => {
    const folder = await jobFolder({ lan });
    return (await runOverview({ runId: 'x', experiment: 'jobs', folder })).seconds;
  };
  expect([await overview('shelf'), await overview(null)]).toEqual([null, 60]);
});

test('a job that goes on says when it was fetched, and misses no files of tasks that run', async () => {
  const [first, second] = runOf().devices.map(({ name }, at) =>
    trial(at + 1, { placement: [{ role: 'task', rank: 0, device: name }] }),
  );
  if (first === undefined || second === undefined) throw new Error('no devices');
  const trials = [first, trial(3, { ...second, number: 3, state: 'running', ended_at: null })];
  const { notes, validity } = await Performance.open(
    await jobFolder({ state: 'running', ended_at: null, trials }),
  );
  expect(notes.join('\n')).toContain(
    'still going on when its output was fetched at 2026-11-21T13:00:00.000Z',
  );
  expect(notes.join('\n')).not.toContain('folder trials/3');
  expect(validity.findings.map(({ check }) => check)).toContain('run ended');
});
