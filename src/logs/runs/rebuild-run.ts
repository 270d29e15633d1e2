import { CollabError } from '../../errors.js';
import type { StampedEvent } from '../../events.js';
import { readJournal } from '../journal/index.js';
import { journalFile, type JournalEvent, runFile, runRecord, type RunRecord } from '../records/index.js';
import { apply } from '../run-state.js';
import { readRun } from './read-run.js';

/**
 * Reads run.json of a run's folder, and where it is missing or cut, rebuilds it from the journal.
 * @throws CollabError as `readRun` when the journal does not give a record either, or a newer collab wrote run.json
 */
export async function readRunOrRebuild(folder: string): Promise<RunRecord> {
  try {
    return await readRun(folder);
  } catch (error) {
    if (!(error instanceof CollabError) || error.name === 'run-too-new') throw error;
    const rebuilt = await rebuildRun(folder);
    if (rebuilt === null) throw error;
    return rebuilt;
  }
}

/**
 * The record that a run's journal gives: what run.json holds, to the byte. A journal of format 1 gives only part of it,
 * and `rebuilt` says so. Null when the journal gives no valid record.
 */
export async function rebuildRun(folder: string): Promise<RunRecord | null> {
  const events = await readJournal(folder);
  try {
    const record = events.reduce<RunRecord | null>(apply, null);
    const whole = record?.rebuilt === undefined ? record : finishFormat1(record, events);
    return runRecord.safeParse(whole).success ? whole : null;
  } catch {
    // Events are not checked one by one, and one that does not fit its kind cannot be applied.
    return null;
  }
}

/** Adds what a journal of format 1 gives only as a whole, and says what it does not give. */
function finishFormat1(record: RunRecord, events: readonly StampedEvent<JournalEvent>[]): RunRecord {
  const names = [...new Set(record.placement.map(({ device }) => device))];
  const started = events.find((event) => event.kind === 'run.started');
  const of = typeof started?.trials === 'number' ? ` of ${started.trials}` : '';
  const unknown =
    'not known are devices, clocks, images, versions and the experiment’s definition, and times are of the devices’ own clocks';
  return {
    ...record,
    state: record.state === 'running' ? 'interrupted' : record.state,
    ended_at: record.ended_at ?? events.at(-1)?.time ?? null,
    // Images are made only for containers.
    runtime: events.some(({ kind }) => kind.startsWith('layer.')) ? 'docker' : 'process',
    devices: names.map((name) => ({ name, id: '', address: '', facts: {}, clock: null })),
    trials: record.trials.map((trial) =>
      trial.state === 'running' ? { ...trial, state: 'interrupted' } : trial,
    ),
    rebuilt: `${runFile} is missing or broken: rebuilt from ${journalFile}, which holds ${record.trials.length}${of} trials; ${unknown}.`,
  };
}
