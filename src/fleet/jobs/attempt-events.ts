import type { StampedEvent } from '../../events.js';
import type { JournalEvent } from '../../logs/index.js';
import { type JobPlace, taskRole } from './job-place.js';
import type { TaskStatus } from './questions.js';
import type { AttemptEnd } from './record.js';

type Of<K extends JournalEvent['kind']> = StampedEvent<Extract<JournalEvent, { kind: K }>>;
type TrialEvent = Of<'trial.started'> | Of<'trial.ended'>;

const stateOf = { done: 'complete', failed: 'failed', lost: 'lost', cancelled: 'interrupted' } as const;

/** What happened to a task, as the journal of a run has it. The attempt that counts comes last. */
export function attemptEvents(
  task: TaskStatus,
  { of, repeat, place }: { of: number; repeat: number; place: JobPlace },
): TrialEvent[] {
  const { parameters, attempt, member, assigned_at, started_at } = task;
  const trial = task.task + 1;
  const started = (which: number, on: string, time: string): Of<'trial.started'> => ({
    time,
    kind: 'trial.started',
    trial,
    of,
    ...(which > 1 && { attempt: which }),
    parameters,
    repeat,
    warmup: false,
    placement: [{ role: taskRole, rank: 0, device: place.nameOf(on) }],
  });
  const ended = (end: AttemptEnd): Of<'trial.ended'> => ({
    time: end.ended_at,
    kind: 'trial.ended',
    trial,
    of,
    ...(end.attempt > 1 && { attempt: end.attempt }),
    state: stateOf[end.outcome],
    ...(place.lan === null && {
      seconds: (Date.parse(end.ended_at) - Date.parse(end.started_at ?? end.assigned_at)) / 1000,
    }),
    ...(end.outcome !== 'done' && {
      failure: { role: taskRole, rank: 0, device: place.nameOf(end.member), reason: reasonOf(end) },
    }),
  });
  const events = countedEnds(task.ends).flatMap((end): TrialEvent[] => [
    started(end.attempt, end.member, end.started_at ?? end.assigned_at),
    ended(end),
  ]);
  if (attempt !== null && member !== null && assigned_at !== null)
    events.push(started(attempt, member, started_at ?? assigned_at));
  if (events.length === 0 && task.state === 'failed') events.push(unread(trial, of, place.askedAt));
  return events;
}

/** Once one attempt is done, no later one counts. */
function countedEnds(ends: readonly AttemptEnd[]): readonly AttemptEnd[] {
  const done = ends.findIndex(({ outcome }) => outcome === 'done');
  return done === -1 ? ends : ends.slice(0, done + 1);
}

const reasonOf = ({ reason, code, outcome }: AttemptEnd): string =>
  reason ?? (code === null ? outcome : `exit code ${code}`);

/** The leader knows no more of it than that it counts as failed. */
const unread = (trial: number, of: number, time: string): Of<'trial.ended'> => ({
  time,
  kind: 'trial.ended',
  trial,
  of,
  state: 'failed',
  error: { name: 'job-task-unread', what: 'What became of it is not known: its record cannot be read.' },
});
