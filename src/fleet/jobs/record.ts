import { z } from 'zod';
import { batch, batches, inferenceModel } from './batches.js';
import { servicePort } from './service.js';

/** A task is tried this often before it counts as failed. */
export const defaultAttempts = 3;
/** Tasks of one job. */
export const maxTasks = 1_000_000;

export const jobId = z.string().regex(/^\d{8}-\d{6}-[0-9a-z]{6}$/);
export const memberId = z.string().regex(/^[0-9a-f]{20}$/);
const index = z.int().nonnegative().lt(maxTasks);
const value = z.union([z.string(), z.number(), z.boolean()]);
const time = z.iso.datetime();

export const notifyUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
  .max(2000);

/** What a user wants to run. `{name}` in the command stands for a parameter of the task, `{task}` for its number. */
export const jobDefinition = z.strictObject({
  /** For people; ids are unique, names are not. */
  name: z.string().min(1).max(100),
  /** Program and arguments; no shell is put in between. */
  command: z.array(z.string()).min(1).max(1000),
  /**
   * The image in which tasks run, if they run in containers: a base image's name, and the tags of its present content, one for each kind
   * of device. Without tags, any of that name will do. Null: the default base.
   */
  base: z
    .strictObject({ name: z.string().min(1).max(100), refs: z.array(z.string().max(300)).max(50) })
    .nullable()
    .default(null),
  /** File of the job with what pip installs for its tasks, below its folder; null without one. */
  requirements: z.string().min(1).max(1000).nullable().default(null),
  /** Tags that a worker must have. */
  pool: z.array(z.string()).default([]),
  /**
   * One task for each set of parameters; or `count` tasks without. Parameters that are listed make one task for each combination.
   */
  tasks: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('count'), count: z.int().positive().max(maxTasks) }),
    z.strictObject({ kind: z.literal('set'), values: z.record(z.string(), z.array(value).min(1)) }),
    z.strictObject({
      kind: z.literal('each'),
      columns: z.array(z.string()).min(1),
      rows: z.array(z.array(value)).min(1).max(maxTasks),
    }),
    batches,
  ]),
  attempts: z.int().positive().max(100).default(defaultAttempts),
  /** A task that runs longer has failed; null: no limit. */
  timeout_s: z.number().positive().nullable().default(null),
  /** Weight of its user's share is divided between their jobs by these. */
  weight: z.number().positive().max(1000).default(1),
  /** Who is told when it has ended; null: nobody. */
  notify: notifyUrl.nullable().default(null),
  /** Its tasks are the replicas of a service: they never count as done, and are reached on this port of each member. */
  service: z.strictObject({ port: servicePort }).nullable().default(null),
  /** Its tasks are batches of images, which processes of this model work on; its `tasks` are of the kind `batches` then. */
  model: inferenceModel.nullable().default(null),
});
export type JobDefinition = z.output<typeof jobDefinition>;

/** Counts of a job's tasks. `queued` have no attempt under way. */
export const taskCounts = z.object({
  queued: z.int().nonnegative(),
  running: z.int().nonnegative(),
  done: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  cancelled: z.int().nonnegative(),
});
export type TaskCounts = z.output<typeof taskCounts>;

/** After each try to tell who a job names, the next one waits for so long; after the last one, it is given up. An hour in all. */
export const retryDelaysS: readonly number[] = [5, 15, 60, 180, 300, 600, 900, 1500];

/** Whether the end of a job was told to who it names. */
export const notice = z.object({
  state: z.enum(['trying', 'told', 'given up']),
  tries: z.int().positive(),
  tried_at: time,
  /** Why the last try failed; null if it did not. */
  reason: z.string().nullable(),
});
export type Notice = z.output<typeof notice>;

/** What an MQTT client calls a job: one token of a topic. */
export const mqttId = z
  .string()
  .regex(/^[A-Za-z0-9][\w-]{0,63}$/, 'must be 1 to 64 letters, digits, dashes, and underscores');

/** `j.<job>` of the stream JOBS: what was submitted, and what became of it. Only the leader writes it, by compare-and-set. */
export const jobRecord = z.object({
  format: z.literal(1),
  id: jobId,
  owner: z.string(),
  submitted_at: time,
  definition: jobDefinition,
  /** Below this name, the store has the job's files: `files/` what it was submitted with, `trials/` what its tasks left. */
  folder: z.string(),
  cancelled_at: time.nullable(),
  /** How often failed tasks were allowed `attempts` more. */
  retries: z.int().nonnegative(),
  /** When its last task ended; null while there are others. */
  ended_at: time.nullable(),
  /** The counts at `ended_at`, so that a new leader need not read the tasks of jobs that have ended. */
  counts: taskCounts.nullable(),
  /** Null before the first try, and for a job that names nobody. */
  notice: notice.nullable().default(null),
  /** Nobody sees it any more, and its files are being removed; null for all others. */
  removed_at: time.nullable().default(null),
  /** Of a job that came by MQTT: what its client calls it, and the value of `retries` at the end that was told; null for none yet. */
  mqtt: z.object({ id: mqttId, told: z.int().nonnegative().nullable() }).nullable().default(null),
});
export type JobRecord = z.output<typeof jobRecord>;

/** How an attempt ended. */
export const attemptEnd = z.object({
  attempt: z.int().positive(),
  member: memberId,
  /** `lost`: its worker was not heard of any more, or ended. */
  outcome: z.enum(['done', 'failed', 'lost', 'cancelled']),
  /** Exit code; null if it has none. */
  code: z.int().nullable(),
  /** Why it failed, in one sentence; null if it is done. */
  reason: z.string().max(2000).nullable(),
  /** Last lines of its output. */
  last_lines: z.string().max(4000),
  /** Of a batch of images: how long its process worked on it, in seconds; missing where it is not known, and for all other tasks. */
  processing_s: z.number().nonnegative().optional(),
  /** Of a batch of images: which ones. An attempt at others than its task has now does not count; without this, it does. */
  batch: batch.optional(),
  assigned_at: time,
  /** When its worker had a slot for it: before, it waited. Missing if it never had one, for batches, and from earlier versions. */
  started_at: time.optional(),
  ended_at: time,
});
export type AttemptEnd = z.output<typeof attemptEnd>;

/**
 * `j.<job>.<task>`: the newest state of one task, replaced by compare-and-set. The leader writes `assigned`; the worker that it names
 * writes `ended` over exactly that message, so that of two attempts one counts. A task without a record is queued.
 */
export const taskRecord = z.object({
  format: z.literal(1),
  job: jobId,
  /** From 0. */
  task: index,
  state: z.enum(['assigned', 'ended']),
  /** The current attempt, or the last one. */
  attempt: z.int().positive(),
  member: memberId,
  assigned_at: time,
  /** Of a service: attempts in a row, up to the last one that has ended, that did not run for long. */
  restarts: z.int().nonnegative().default(0),
  /** Attempts that have ended, the oldest first; of a service, the last ones. Of `ended`, the last one is the result if its outcome is `done`. */
  ends: z.array(attemptEnd),
});
export type TaskRecord = z.output<typeof taskRecord>;
