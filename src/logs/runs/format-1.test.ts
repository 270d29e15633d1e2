import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../events.js';
import { readJournal } from '../journal/index.js';
import { journalEvent } from '../records/events/journal-event.js';
import { followRun } from './follow-run.js';
import { readRun } from './read-run.js';
import { readRunOrRebuild } from './rebuild-run.js';

const fixture = fileURLToPath(new URL('../../../tests/fixtures/run-format-1', import.meta.url));
let run: string;
beforeEach(async () => {
  run = join(await mkdtemp(join(tmpdir(), 'collab-format-1-')), 'run');
  await cp(fixture, run, { recursive: true });
});
afterEach(() => rm(join(run, '..'), { recursive: true }));

test('reads every event of its journal as format 2', async () => {
  const events = await readJournal(run);
  expect(events.length).toBeGreaterThan(20);
  for (const stamped of events.slice(1)) {
    const event: Record<string, unknown> = { ...stamped };
    delete event.time;
    expect(journalEvent.parse(event)).toEqual(event);
  }
  expect(events.find(({ kind }) => kind === 'delivery.started')).toMatchObject({ layers_present: 1 });
});

test('without run.json, the journal gives trials and placement, and says what is missing', async () => {
  const written = await readRun(run);
  expect(written.rebuilt).toBeUndefined();
  await rm(join(run, 'run.json'));
  const rebuilt = await readRunOrRebuild(run);
  expect(rebuilt).toMatchObject({ run_id: written.run_id, state: 'complete', runtime: 'docker' });
  expect(rebuilt.placement).toEqual(written.placement);
  const known = ({ number, parameters, state }: (typeof written.trials)[number]) => ({
    number,
    parameters,
    state,
  });
  expect(rebuilt.trials.map(known)).toEqual(written.trials.map(known));
  expect(rebuilt.rebuilt).toMatch(/2 of 2 trials.*not known are devices, clocks/s);
});

test('it can be watched', async () => {
  const kinds: string[] = [];
  for await (const { kind } of followRun(run, systemClock, new AbortController().signal)) kinds.push(kind);
  expect(kinds[0]).toBe('run.started');
  expect(kinds.at(-1)).toBe('run.ended');
});
