import type { JobStatus, TaskStatus, WorkerStatus } from '../../index.js';
import { timeText } from './run-overview.js';
import { table } from './table.js';
import { toned } from './tones.js';

type Counts = JobStatus['counts'];
type NameOf = (member: string) => string;
/** A task, an attempt at it, and its job. */
type Place = WorkerStatus['holds'][number];

const states = ['done', 'failed', 'cancelled', 'running', 'queued'] as const;
const shownTasks = 50;

/** `3 done, 1 running`: states that no task is in are left out. */
export function countsText(counts: Counts): string {
  return states
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(', ');
}

export function jobsText(jobs: readonly JobStatus[]): string {
  if (jobs.length === 0) return 'There are no jobs. Submit one: collab job submit <folder> -- <command>';
  const rows = jobs.map((job) => [
    job.id,
    job.name,
    job.owner,
    toned(job.state),
    job.tasks,
    [countsText(job.counts), job.waits_for ?? readyText(job)].filter((one) => one !== '').join('; '),
  ]);
  return table(['JOB', 'NAME', 'OWNER', 'STATE', 'TASKS', ''], rows, undefined, ['OWNER']);
}

/** A job, and those of its tasks that say most. */
export function jobText(job: JobStatus, tasks: readonly TaskStatus[], nameOf: NameOf): string {
  const lines = [
    `${job.name} (${job.id}) of ${job.owner}: ${toned(job.state)}`,
    `  ${countsText(job.counts)}; submitted ${timeText(job.submitted_at)}${job.ended_at === null ? '' : `, ended ${timeText(job.ended_at)}`}`,
    `  ${job.command.join(' ')}`,
    ...(job.pool.length === 0 ? [] : [`  on workers with ${job.pool.join(', ')}`]),
    ...(job.waits_for === null ? [] : [`  waits: ${job.waits_for}`]),
    ...serviceLines(job, nameOf),
    ...noticeLines(job),
  ];
  if (tasks.length > 0) lines.push('', tasksText(tasks, nameOf));
  const more = job.tasks - tasks.length;
  if (more > 0) lines.push(`and ${more} more; --json lists all`);
  return lines.join('\n');
}

/** `2 of 3 replicas are ready`; nothing for a job that is no service, or has ended. */
function readyText({ service, tasks, ended_at: endedAt }: JobStatus): string {
  if (service === null || endedAt !== null) return '';
  return `${service.ready} of ${tasks} ${tasks === 1 ? 'replica is' : 'replicas are'} ready`;
}

/** How a service is, and where it is reached. */
function serviceLines(job: JobStatus, nameOf: NameOf): string[] {
  const ready = readyText(job);
  if (ready === '' || job.service === null) return [];
  const members = job.service.members
    .map((one) => ({ ...one, name: nameOf(one.member) }))
    .sort((a, b) => a.name.localeCompare(b.name));
  const at = members.flatMap(({ name, address, port }) =>
    port === null ? [] : [`  reached through ${name}: ${address}:${port}`],
  );
  const not = members.flatMap(({ name, fault }) =>
    fault === null ? [] : [`  not reached through ${name}: ${fault}`],
  );
  return [`  ${ready}`, ...at, ...not];
}

/** Whether its end was told to who it names. */
function noticeLines({ notify, notice, ended_at: endedAt }: JobStatus): string[] {
  if (notify === null) return [];
  if (notice === null)
    return [endedAt === null ? `  tells ${notify} when it has ended` : `  is telling ${notify} now`];
  const { state, tries, tried_at: at, reason } = notice;
  const count = `${tries} ${tries === 1 ? 'try' : 'tries'}`;
  if (state === 'told') return [`  told ${notify} at ${timeText(at)}, after ${count}`];
  const next = state === 'trying' ? 'it is tried again' : 'given up';
  return [`  did not tell ${notify} in ${count}: ${reason ?? 'no reason'}; ${next}`];
}

/** Tasks to show of a job: those that failed or run first, then the others, in their order. */
export function tasksToShow(tasks: readonly TaskStatus[]): TaskStatus[] {
  const rank = ({ state }: TaskStatus) => (state === 'failed' ? 0 : state === 'running' ? 1 : 2);
  return [...tasks].sort((a, b) => rank(a) - rank(b) || a.task - b.task).slice(0, shownTasks);
}

/** Whether the tasks read so far are enough to show. */
export function areEnough(tasks: readonly TaskStatus[], { failed, running }: Counts): boolean {
  const telling = tasks.filter(({ state }) => state === 'failed' || state === 'running').length;
  return tasks.length >= shownTasks && telling >= Math.min(shownTasks, failed + running);
}

function tasksText(tasks: readonly TaskStatus[], nameOf: NameOf): string {
  const rows = tasks.map((one) => {
    const last = one.ends.at(-1);
    // Of a task that failed, all devices: if it is the only one that did, they are not the cause.
    const members =
      one.state === 'failed'
        ? [...new Set(one.ends.map(({ member }) => member))]
        : [one.member ?? last?.member].filter((member) => member !== undefined);
    return [
      one.task,
      toned(one.state),
      one.attempt ?? last?.attempt ?? '',
      members.map(nameOf).join(', '),
      parametersText(one.parameters),
      last?.reason?.split('\n')[0] ?? '',
    ];
  });
  return table(['TASK', 'STATE', 'ATTEMPT', 'DEVICE', 'PARAMETERS', ''], rows);
}

const parametersText = (parameters: TaskStatus['parameters']) =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

/** Which worker runs what. */
export function assignmentsText(workers: readonly WorkerStatus[], nameOf: NameOf): string {
  if (workers.length === 0) return 'No worker was heard of since the leader began to lead.';
  const rows = workers
    .map((one) => ({ one, name: nameOf(one.member) }))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ one, name }) => [
      name,
      one.drained ? 'drained' : one.slots,
      one.tags.join(','),
      `${(one.silent_ms / 1000).toFixed(1)} s ago`,
      one.holds.map(holdText).join(', '),
    ]);
  return table(['DEVICE', 'SLOTS', 'TAGS', 'HEARD OF', 'RUNS'], rows);
}

const placeText = ({ job, task, attempt }: Place) =>
  `${job} task ${task}${attempt === 1 ? '' : ` (attempt ${attempt})`}`;

/** One that waits for a slot does not run yet. */
const holdText = (held: WorkerStatus['holds'][number]) =>
  `${placeText(held)}${held.since === null ? ' (waits)' : ''}`;

/** A job that was submitted, and what to do next. */
export function submittedText({ id, name, tasks, service }: JobStatus): string {
  if (service !== null)
    return [
      id,
      `${name} is submitted: ${tasks} ${tasks === 1 ? 'replica' : 'replicas'}. Where it is reached: collab job show ${id}`,
      `It runs until it is cancelled: collab job cancel ${id}`,
    ].join('\n');
  return [
    id,
    `${name} is submitted: ${tasksCount(tasks)}. See how far it is: collab job show ${id}`,
    `Its output: collab job logs ${id} --follow, and all files: collab job output ${id}`,
  ].join('\n');
}

export function changedText(
  act: 'cancelled' | 'tried again',
  tasks: number,
  { id, name }: JobStatus,
): string {
  const what = `${tasksCount(tasks)} of ${name} (${id}) ${tasks === 1 ? 'is' : 'are'} ${act}.`;
  return act === 'cancelled' ? `${what} Those that run are stopped.` : what;
}

/** What a job that has ended is told of when its tasks are many. */
export function endedText({ id, name, tasks, counts }: JobStatus): string {
  return `${name} (${id}) has ended: ${countsText(counts)} of ${tasksCount(tasks)}. Its files: collab job output ${id}`;
}

const tasksCount = (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'}`;
