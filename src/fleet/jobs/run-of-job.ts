import type { StampedEvent } from '../../events.js';
import { applyEvent, type JournalEvent, type RunRecord, type TrialRecord } from '../../logs/index.js';
import { attemptEvents } from './attempt-events.js';
import { type JobPlace, taskRole } from './job-place.js';
import type { JobOutput } from './output.js';
import type { TaskStatus } from './questions.js';

/** A job as a run: its tasks are the trials, its workers the devices. What nobody recorded is not there. */
export function runOfJob(
  output: Pick<JobOutput, 'job' | 'tasks' | 'contentId' | 'folder'>,
  place: JobPlace,
): { events: StampedEvent<JournalEvent>[]; record: RunRecord } {
  const { job, tasks, folder } = output;
  const first = firstRecord(output, place);
  const started = {
    kind: 'run.started' as const,
    format: 2 as const,
    run_id: job.id,
    experiment: job.name,
    folder,
    trials: tasks.length,
    record: first,
    time: job.submitted_at,
  };
  const ofTrials = tasks.map((task, at) => {
    const events = attemptEvents(task, { of: tasks.length, repeat: first.trials[at]?.repeat ?? 0, place });
    // Each by itself: every event of a run of many trials goes over all of them.
    const own = { ...first, trials: first.trials.slice(at, at + 1) };
    return { events, trials: events.reduce<RunRecord>((run, event) => applyEvent(run, event), own).trials };
  });
  const ended = endOf(output, place);
  const before = { ...first, trials: ofTrials.flatMap(({ trials }) => trials) };
  return {
    events: [started, ...inTime(ofTrials.map(({ events }) => events)), ...ended],
    record: ended.reduce<RunRecord>((run, event) => applyEvent(run, event), before),
  };
}

function firstRecord(
  { job, tasks, contentId }: Pick<JobOutput, 'job' | 'tasks' | 'contentId'>,
  { fleet, lan, nameOf, runtime, samplingS, askedAt }: JobPlace,
): RunRecord {
  const { id, name, owner, command, pool, submitted_at } = job;
  const ran = membersOf(tasks).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return {
    format: 1,
    run_id: id,
    experiment: {
      name,
      id: contentId,
      definition: { name, command, pool, ...(samplingS !== null && { samplingS }) },
    },
    state: 'running',
    started_at: submitted_at,
    ended_at: null,
    runtime,
    lan,
    job: { owner, fleet, asked_at: askedAt },
    devices: ran.map((member) => ({ name: nameOf(member), id: member, address: '', facts: {}, clock: null })),
    placement: ran.map((member) => ({ role: taskRole, rank: 0, device: nameOf(member) })),
    images: [],
    trials: trialsOf(tasks),
    versions: {},
    git: null,
  };
}

function trialsOf(tasks: readonly TaskStatus[]): TrialRecord[] {
  const repeats = new Map<string, number>();
  return tasks.map(({ task, parameters }) => {
    const key = JSON.stringify(parameters);
    const repeat = repeats.get(key) ?? 0;
    repeats.set(key, repeat + 1);
    return {
      number: task + 1,
      parameters,
      repeat,
      warmup: false,
      state: 'pending',
      started_at: null,
      ended_at: null,
    };
  });
}

/** Who had an attempt at a task, in the order of the tasks. */
export function membersOf(tasks: readonly TaskStatus[]): string[] {
  const all = tasks.flatMap(({ member, ends }) => ends.map((end) => end.member).concat(member ?? []));
  return [...new Set(all)];
}

/** Nothing of a job that goes on. */
function endOf(
  { job, tasks, folder }: Pick<JobOutput, 'job' | 'tasks' | 'folder'>,
  { lan }: JobPlace,
): StampedEvent<Extract<JournalEvent, { kind: 'run.ended' }>>[] {
  const { id, ended_at: time, submitted_at } = job;
  if (time === null) return [];
  const seconds = lan === null ? (Date.parse(time) - Date.parse(submitted_at)) / 1000 : undefined;
  const done = tasks.filter(({ state }) => state === 'done').length;
  const about = {
    kind: 'run.ended' as const,
    time,
    run_id: id,
    folder,
    ...(seconds !== undefined && { seconds }),
  };
  if (job.cancelled_at !== null && done < tasks.length)
    return [
      { ...about, state: 'interrupted', failure: { name: 'job-cancelled', what: 'The job was cancelled.' } },
    ];
  if (done === tasks.length) return [{ ...about, state: 'complete' }];
  const what = `${tasks.length - done} of ${tasks.length} tasks are not done.`;
  return [{ ...about, state: done > 0 ? 'partial' : 'failed', failure: { name: 'job-failed', what } }];
}

/** The events of all trials in the order of their times; those of one trial stay in theirs, also where two clocks differ. */
function inTime(ofTrials: readonly (readonly StampedEvent<JournalEvent>[])[]): StampedEvent<JournalEvent>[] {
  const placed = ofTrials.flatMap((events) => {
    let latestMs = -Infinity;
    return events.map((event) => {
      latestMs = Math.max(latestMs, Date.parse(event.time));
      return { atMs: latestMs, event };
    });
  });
  return placed.sort((a, b) => a.atMs - b.atMs).map(({ event }) => event);
}
