import { z } from 'zod';
import { jobId, jobStatus, taskStatus } from '../jobs/index.js';
import type { Endpoint } from './endpoint.js';
import { fileEndpoints } from './file-endpoints.js';
import { inferenceEndpoints } from './inference-endpoints.js';
import { memberEndpoints } from './member-endpoints.js';
import { changed, member, newJob, pool, run, worker } from './schemas.js';

const job = z.strictObject({
  job: z.string().describe('Id of a job, its beginning, or its name (the newest is meant).'),
});
const taskOf = job.extend({
  task: z.coerce.number().int().nonnegative().describe('The first one is 0.'),
});
const printedQuery = z.strictObject({
  attempt: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('Default: the attempt that runs, or else the one that counts.'),
  from: z.coerce
    .number()
    .int()
    .default(0)
    .describe(
      'The first byte; negative: so many before the end. Of a task that runs, ask again from where the last answer ended.',
    ),
  limit: z.coerce.number().int().positive().optional().describe('At most so many bytes.'),
});
const printedHeaders =
  'Headers: x-attempt, x-member (its id), x-outcome (running, done, failed, cancelled, lost), x-newest-attempt, x-state (of the task), x-from (the first byte), x-size (bytes that there are so far).';

/** All calls of version 1. Keys and values may be added to it, and are not taken away. */
export const endpoints = {
  listMembers: {
    method: 'GET',
    path: '/v1/members',
    group: 'fleet',
    summary: 'Devices of the fleet, and who of them is alive.',
    gives: 'json',
    answer: z.object({ fleet: z.string(), members: z.array(member) }),
    status: 200,
    refusals: [],
  },
  listWorkers: {
    method: 'GET',
    path: '/v1/workers',
    group: 'fleet',
    summary: 'Members that run tasks, and which tasks.',
    gives: 'json',
    answer: z.object({ workers: z.array(worker) }),
    status: 200,
    refusals: [],
  },
  listPools: {
    method: 'GET',
    path: '/v1/pools',
    group: 'fleet',
    summary: 'Pools that a job can ask for.',
    gives: 'json',
    answer: z.object({ pools: z.array(pool) }),
    status: 200,
    refusals: [],
  },
  ...memberEndpoints,
  newJobId: {
    method: 'POST',
    path: '/v1/job-ids',
    group: 'jobs',
    summary: 'A new id for a job, and the folder of the store for its files. Nothing is kept of it.',
    gives: 'json',
    answer: z.object({ id: jobId, folder: z.string() }),
    status: 201,
    refusals: [],
  },
  submitJob: {
    method: 'POST',
    path: '/v1/jobs',
    group: 'jobs',
    summary: 'Submits a job. Its files were put before, into the folder of its id.',
    body: newJob,
    gives: 'json',
    answer: jobStatus,
    status: 201,
    refusals: [409, 413],
  },
  listJobs: {
    method: 'GET',
    path: '/v1/jobs',
    group: 'jobs',
    summary: 'Jobs of all users, the newest first.',
    query: z.strictObject({
      owner: z.string().optional().describe('Only of this user.'),
      state: jobStatus.shape.state.optional().describe('Only in this state.'),
      limit: z.coerce.number().int().positive().max(100_000).default(1000).describe('At most so many.'),
    }),
    gives: 'json',
    answer: z.object({ jobs: z.array(jobStatus) }),
    status: 200,
    refusals: [],
  },
  getJob: {
    method: 'GET',
    path: '/v1/jobs/{job}',
    group: 'jobs',
    summary: 'One job.',
    parameters: job,
    gives: 'json',
    answer: jobStatus,
    status: 200,
    refusals: [404, 409],
  },
  listTasks: {
    method: 'GET',
    path: '/v1/jobs/{job}/tasks',
    group: 'jobs',
    summary: 'Tasks of a job with their attempts, in pages.',
    parameters: job,
    query: z.strictObject({
      from: z.coerce.number().int().nonnegative().default(0).describe('The first task.'),
      limit: z.coerce
        .number()
        .int()
        .positive()
        .max(1000)
        .default(100)
        .describe('At most so many. A page may have fewer.'),
    }),
    gives: 'json',
    answer: z.object({
      tasks: z.array(taskStatus),
      next: z.int().nullable().describe('`from` of the next page; null after the last one.'),
    }),
    status: 200,
    refusals: [404, 409],
  },
  cancelJob: {
    method: 'POST',
    path: '/v1/jobs/{job}/cancel',
    group: 'jobs',
    summary: 'Begins no other task of a job, and stops those that run. Its owner and admins may.',
    parameters: job,
    gives: 'json',
    answer: changed,
    status: 200,
    refusals: [403, 404, 409],
  },
  retryJob: {
    method: 'POST',
    path: '/v1/jobs/{job}/retry',
    group: 'jobs',
    summary: 'Lets the failed tasks of a job be tried again. Its owner and admins may.',
    parameters: job,
    gives: 'json',
    answer: changed,
    status: 200,
    refusals: [403, 404, 409],
  },
  getStdout: {
    method: 'GET',
    path: '/v1/jobs/{job}/tasks/{task}/stdout',
    group: 'jobs',
    summary:
      'Standard output of a task: what the attempt that runs has printed so far, or all of the one that counts. Only its owner may. ' +
      printedHeaders,
    parameters: taskOf,
    query: printedQuery,
    gives: 'bytes',
    status: 200,
    refusals: [403, 404, 409],
  },
  getStderr: {
    method: 'GET',
    path: '/v1/jobs/{job}/tasks/{task}/stderr',
    group: 'jobs',
    summary: 'Standard error of a task, in the same way as its standard output.',
    parameters: taskOf,
    query: printedQuery,
    gives: 'bytes',
    status: 200,
    refusals: [403, 404, 409],
  },
  ...inferenceEndpoints,
  ...fileEndpoints,
  listRuns: {
    method: 'GET',
    path: '/v1/runs',
    group: 'runs',
    summary: 'Runs of the workspace, the newest first. Only `collab api` has a workspace.',
    gives: 'json',
    answer: z.object({ runs: z.array(z.object({ run_id: z.string(), experiment: z.string() })) }),
    status: 200,
    refusals: [404],
  },
  getRun: {
    method: 'GET',
    path: '/v1/runs/{run}',
    group: 'runs',
    summary: 'The record of a run: its run.json.',
    parameters: z.strictObject({ run: z.string().describe('Id of a run, or its beginning.') }),
    gives: 'json',
    answer: run,
    status: 200,
    refusals: [404, 409],
  },
  followEvents: {
    method: 'GET',
    path: '/v1/events',
    group: 'events',
    summary:
      'Server-sent events of the kind `job`: first each job that has not ended, then each job when something of it changes.',
    query: z.strictObject({
      job: jobId.optional().describe('Only of this job, which is then sent first, even if it has ended.'),
    }),
    headers: z.object({
      'last-event-id': z
        .string()
        .max(100)
        .optional()
        .describe('Id of the last event that was received: what came after it is sent.'),
    }),
    gives: 'events',
    answer: jobStatus,
    status: 200,
    refusals: [],
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

export type Endpoints = typeof endpoints;
export type EndpointName = keyof Endpoints;
