import { join } from 'node:path';
import { CollabError } from '../../errors.js';
import { eventRecord, type EventRecord, journalFile, runFile, type RunRecord, runRecord, type TrialRecord } from '../records/index.js';
import { JsonLines } from '../samples/index.js';
import { readRun } from './read-run.js';

/**
 * Reads run.json of a run's folder. Where it is missing or cut, what the journal tells of the run is used: placement,
 * trials with their parameters, and how they ended. `rebuilt` then says so, and what is not known.
 * @throws CollabError as `readRun` when the journal does not tell of a run either, or a newer collab wrote run.json
 */
export async function readRunOrRebuild(folder: string): Promise<RunRecord> {
  try {
    return await readRun(folder);
  } catch (error) {
    if (!(error instanceof CollabError) || error.name === 'run-too-new') throw error;
    const events: EventRecord[] = [];
    for await (const event of new JsonLines(join(folder, journalFile), eventRecord)) events.push(event);
    const rebuilt = runRecord.safeParse(ofJournal(events));
    if (!rebuilt.success) throw error;
    return rebuilt.data;
  }
}

/** Pure: as much of a run's record as its events tell; anything that is not a record when they tell of no run. */
function ofJournal(events: readonly EventRecord[]): unknown {
  const started = events.find(({ kind }) => kind === 'run.started');
  if (started === undefined) return null;
  const ended = events.findLast(({ kind }) => kind === 'run.ended');
  const placement = events.findLast(({ kind }) => kind === 'run.placed')?.placement ?? [];
  const names = Array.isArray(placement)
    ? placement.map((placed: unknown) => (placed as { device?: unknown } | null)?.device)
    : [];
  const trials = trialsOf(events);
  const unknown =
    'not known are devices, clocks, images, versions and the experiment’s definition, and times are of the devices’ own clocks';
  const of = typeof started.trials === 'number' ? ` of ${started.trials}` : '';
  return {
    ...{ format: 1, run_id: started.run_id, runtime: runtimeOf(events), lan: null, git: null },
    experiment: { name: started.experiment, id: '', definition: null },
    state: ended?.state ?? 'interrupted',
    ...{ started_at: started.time, ended_at: ended?.time ?? events.at(-1)?.time ?? null },
    devices: [...new Set(names)].map((name) => ({ name, id: '', address: '', facts: {}, clock: null })),
    ...{ placement, images: [], versions: {}, trials },
    rebuilt: `${runFile} is missing or broken: rebuilt from ${journalFile}, which tells of ${trials.length}${of} trials; ${unknown}.`,
  } satisfies Record<keyof Omit<RunRecord, 'data' | 'failure'>, unknown>;
}

function trialsOf(events: readonly EventRecord[]): unknown[] {
  const trials = new Map<unknown, Record<keyof Omit<TrialRecord, 'failure'>, unknown>>();
  for (const { kind, time, trial, parameters, repeat, warmup, state } of events) {
    if (kind === 'trial.started') {
      const begun = { state: 'interrupted', started_at: time, ended_at: null };
      trials.set(trial, { number: trial, parameters, repeat, warmup, ...begun });
    }
    const own = trials.get(trial);
    if (kind === 'trial.ended' && own !== undefined) Object.assign(own, { state, ended_at: time });
  }
  return [...trials.values()];
}

/** Images are only made for containers. */
function runtimeOf(events: readonly EventRecord[]): RunRecord['runtime'] {
  return events.some(({ kind }) => kind.startsWith('layer.')) ? 'docker' : 'process';
}
