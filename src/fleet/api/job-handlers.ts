import type { Clock } from '../../events.js';
import { type AskOptions, checkDefinition, ensureJobFolder, type FleetJobs } from '../jobs/index.js';
import type { Answer, Call, Content } from './endpoint.js';
import type { Endpoints } from './endpoints.js';
import { notEnded } from './faults.js';
import type { Caller } from './caller.js';
import { JobFeed } from './job-feed.js';

/** A client asks again by itself, so that it need not wait for half a minute without a word. */
const patienceMs = 4000;
const answerMs = 8000;
export const asking = (signal: AbortSignal): AskOptions => ({ signal, patienceMs, answerMs });

/** What happens to the jobs that this user sees. @param session in the ids of its events: no other feed has the same */
export function feedOf(jobs: FleetJobs, clock: Clock, session: string): JobFeed {
  return new JobFeed((signal) => jobs.list(asking(signal)), clock, session);
}

/** Calls about jobs: those of `collab job`, with the same methods. */
export const jobHandlers = {
  // eslint-disable-next-line @typescript-eslint/require-await -- as all others
  async newJobId({ jobs }: Caller): Promise<Answer<Endpoints['newJobId']>> {
    return jobs.newJob();
  },

  async submitJob(
    { jobs }: Caller,
    { body: { id = jobs.newJob().id, definition }, signal }: Call<Endpoints['submitJob']>,
  ): Promise<Answer<Endpoints['submitJob']>> {
    checkDefinition(definition);
    await ensureJobFolder(jobs.store, id, signal);
    return jobs.submitPut({ id, definition }, asking(signal));
  },

  async listJobs(
    { jobs }: Caller,
    { query: { owner, state, limit }, signal }: Call<Endpoints['listJobs']>,
  ): Promise<Answer<Endpoints['listJobs']>> {
    const all = await jobs.list(asking(signal));
    const wanted = all.filter(
      (one) => (owner === undefined || one.owner === owner) && (state === undefined || one.state === state),
    );
    return { jobs: wanted.slice(0, limit) };
  },

  getJob(
    { jobs }: Caller,
    { parameters, signal }: Call<Endpoints['getJob']>,
  ): Promise<Answer<Endpoints['getJob']>> {
    return jobs.show(parameters.job, asking(signal));
  },

  async listTasks(
    { jobs }: Caller,
    { parameters, query: { from, limit }, signal }: Call<Endpoints['listTasks']>,
  ): Promise<Answer<Endpoints['listTasks']>> {
    const { id, tasks: total } = await jobs.show(parameters.job, asking(signal));
    if (from >= total) return { tasks: [], next: null };
    const tasks = await jobs.page(id, from, limit, asking(signal));
    const next = from + tasks.length;
    return { tasks, next: next < total && tasks.length > 0 ? next : null };
  },

  cancelJob(
    { jobs }: Caller,
    { parameters, signal }: Call<Endpoints['cancelJob']>,
  ): Promise<Answer<Endpoints['cancelJob']>> {
    return jobs.cancel(parameters.job, asking(signal));
  },

  retryJob(
    { jobs }: Caller,
    { parameters, signal }: Call<Endpoints['retryJob']>,
  ): Promise<Answer<Endpoints['retryJob']>> {
    return jobs.retry(parameters.job, asking(signal));
  },

  getStdout(caller: Caller, call: Call<Endpoints['getStdout']>): Promise<Content> {
    return printed(caller, call, 'stdout');
  },

  getStderr(caller: Caller, call: Call<Endpoints['getStderr']>): Promise<Content> {
    return printed(caller, call, 'stderr');
  },
};

async function printed(
  { jobs }: Caller,
  { parameters: { job, task }, query, signal }: Call<Endpoints['getStdout' | 'getStderr']>,
  stream: 'stdout' | 'stderr',
): Promise<Content> {
  const part = await jobs.printed(job, { task, stream, ...query }, asking(signal));
  if (part === null) throw notEnded(job, task);
  const headers = {
    'x-attempt': String(part.attempt),
    'x-member': part.member,
    'x-outcome': part.outcome,
    'x-newest-attempt': String(part.newest),
    'x-state': part.task.state,
    'x-from': String(part.from),
    'x-size': String(part.sizeBytes),
  };
  return { type: 'text/plain; charset=utf-8', headers, bytes: part.content() };
}
