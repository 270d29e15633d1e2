import { z } from 'zod';
import { batches, batchSize, inferenceModel, modelName } from './batches.js';
import { drainRecord } from './drain.js';
import { capabilities, pool, poolName } from './pool.js';
import {
  attemptEnd,
  jobDefinition,
  jobId,
  jobRecord,
  memberId,
  mqttId,
  taskCounts,
  taskRecord,
} from './record.js';
import { replicaState, serviceEntry, serviceStatus, toldService } from './service.js';

/** Which attempt of which task is meant. */
export const attemptPlace = z.object({
  job: jobId,
  task: z.int().nonnegative(),
  attempt: z.int().positive(),
});
export type AttemptPlace = z.output<typeof attemptPlace>;

/** An attempt that a worker holds. */
const heldPlace = attemptPlace.extend({
  /** Since when it has a slot; null: it waits for one, and nothing of it has run. Not said of batches, and by earlier versions. */
  since: z.iso.datetime().nullable().optional(),
});

/**
 * What a worker asks the leader, on `ask.m-<member id>.work`: it says what it runs, and waits for more. It asks again at once, so
 * each question is also a sign of life. The leader answers when there is something to do, after `waitMs` at the latest.
 */
export const workQuestion = z.object({
  format: z.literal(1),
  /** New at each start of the worker: what an earlier one ran is lost. */
  session: z.string(),
  slots: z.int().nonnegative(),
  /** Replicas of services that it runs beside its tasks; agents of earlier versions run none. */
  replica_slots: z.int().nonnegative().default(0),
  tags: z.array(z.string()),
  /** How it runs tasks, and the tags of the base images there. */
  runs: z.enum(['process', 'container']).default('process'),
  bases: z.array(z.string()).default([]),
  /** Of the member; agents of earlier versions do not say it. */
  name: z.string().nullable().default(null),
  capabilities: capabilities.nullable().default(null),
  /** Attempts that run, end, or wait for a slot here. */
  holds: z.array(heldPlace),
  /** So many tasks it takes beyond its slots, and gets ready. Agents of earlier versions take none. */
  ahead: z.int().nonnegative().default(0),
  /** Those of them that need no slot any more: their command has ended, and what they left goes into the store. */
  ending: z.array(attemptPlace).default([]),
  /** Attempts whose end is written since the last question. */
  ended: z.array(attemptPlace),
  /** Where other members reach this one; null if nobody told it. */
  address: z.string().nullable().default(null),
  /** Replicas of services that run here. */
  replicas: z.array(replicaState).default([]),
  /** Services for which this member takes connections. */
  entries: z.array(serviceEntry).default([]),
});
export type WorkQuestion = z.output<typeof workQuestion>;

export const workAnswer = z.object({
  kind: z.literal('work'),
  run: z.array(
    attemptPlace.extend({
      /** Sequence of the record `assigned`, over which the end is written. */
      sequence: z.int().positive(),
      assigned_at: z.iso.datetime(),
      owner: z.string(),
      /** Of the job; a leader of an earlier version does not tell. */
      name: z.string().default(''),
      folder: z.string(),
      base: jobDefinition.shape.base,
      requirements: jobDefinition.shape.requirements,
      command: z.array(z.string()).min(1),
      parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      /** Parameters whose values are part of the command; a leader of an older version does not tell. */
      reads_in_command: z.array(z.string()).default([]),
      timeout_s: z.number().positive().nullable(),
      /** Of a replica of a service, null for all others; and how often it was started again, as its record has it. */
      service: jobDefinition.shape.service,
      /** Of a batch of images; the parameters say which. */
      model: jobDefinition.shape.model,
      restarts: taskRecord.shape.restarts,
      /** Ends of earlier attempts, which go into the record again. */
      ends: z.array(attemptEnd),
    }),
  ),
  /** Attempts that are not its own any more. */
  stop: z.array(attemptPlace),
  /** Attempts that others can begin sooner: it gives them back, unless they have a slot. */
  back: z.array(attemptPlace).default([]),
  /** Whether jobs wait for a base image that it has not named: it may be there now. */
  lacks_base: z.boolean().default(false),
  /** All services; null while the leader does not know them yet. */
  services: z.array(toldService).nullable().default(null),
});
export type WorkAnswer = z.output<typeof workAnswer>;
export type Assignment = WorkAnswer['run'][number];

/** A question waits for work for this long. */
export const waitMs = 1000;
/** A worker that is silent for longer has lost what it ran. */
export const silentMs = 6000;

/** What users ask the leader, on `ask.u-<user>.jobs`. */
export const jobsQuestion = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('submit'),
    id: jobId,
    definition: jobDefinition,
    /** What the user's MQTT clients call it: they are told of its end. */
    mqtt: mqttId.optional(),
  }),
  z.object({ kind: z.literal('list') }),
  z.object({ kind: z.literal('show'), id: jobId }),
  /** Tasks with their attempts, from the task `from` on, at most `limit`. */
  z.object({
    kind: z.literal('tasks'),
    id: jobId,
    from: z.int().nonnegative(),
    limit: z.int().positive().max(1000),
  }),
  z.object({ kind: z.literal('cancel'), id: jobId }),
  /** Lets failed tasks be tried again. */
  z.object({ kind: z.literal('retry'), id: jobId }),
  z.object({ kind: z.literal('workers') }),
  /** Lets nobody see a job any more that has ended, and removes its files. */
  z.object({ kind: z.literal('remove'), id: jobId }),
  /** With what the messages about one's own jobs are signed. */
  z.object({ kind: z.literal('notify-key'), renew: z.boolean() }),
  z.object({ kind: z.literal('pools') }),
  /** Admins: keeps a pool, in place of one of the same name. */
  z.object({ kind: z.literal('set-pool'), pool }),
  /** From the next batch on, jobs of this model have so many images in each; and those that are submitted later. */
  z.object({ kind: z.literal('set-batch-size'), model: modelName, size: batchSize }),
  /** The sizes that were set. */
  z.object({ kind: z.literal('batch-sizes') }),
  /** Admins: refused while jobs that have not ended use it. */
  z.object({ kind: z.literal('remove-pool'), name: poolName }),
  /** The members that get no tasks. */
  z.object({ kind: z.literal('drains') }),
  /** Admins: gives a member no more tasks; said again, the deadline begins anew. */
  z.object({ kind: z.literal('drain'), member: memberId, deadline_s: drainRecord.shape.deadline_s }),
  /** Admins: lets a member have tasks again. */
  z.object({ kind: z.literal('undrain'), member: memberId }),
]);
export type JobsQuestion = z.output<typeof jobsQuestion>;

/** A job as users see it. */
export const jobStatus = jobRecord
  .omit({ counts: true, definition: true, format: true, removed_at: true, mqtt: true })
  .extend({
    name: z.string(),
    command: z.array(z.string()),
    pool: z.array(z.string()),
    /** Name of the base image; null for the default one. */
    base: z.string().nullable().default(null),
    /** Where its end is told, without path: that may be a secret. */
    notify: z.string().nullable().default(null),
    tasks: z.int().positive(),
    state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
    counts: taskCounts,
    /** Why nothing of it runs, if something is in the way; otherwise null. */
    waits_for: z.string().nullable(),
    /** The model of a job that runs images through one, with its images in batches; null for all others. */
    inference: z.object({ model: inferenceModel, batches }).nullable().default(null),
    /** How a service is reached; null for a job that ends by itself. */
    service: serviceStatus.nullable().default(null),
  });
export type JobStatus = z.output<typeof jobStatus>;

export const taskStatus = z.object({
  task: z.int().nonnegative(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Of the attempt under way; null if there is none. */
  attempt: z.int().positive().nullable(),
  member: z.string().nullable(),
  assigned_at: z.iso.datetime().nullable(),
  /** Since when it has its slot, as its worker says; null if there is no attempt, and where that is not known. */
  started_at: z.iso.datetime().nullable().default(null),
  ends: z.array(attemptEnd),
});
export type TaskStatus = z.output<typeof taskStatus>;

export const workerStatus = z.object({
  member: z.string(),
  /** Tasks that it runs at the same time; 0 while somebody else uses the device. */
  slots: z.int().nonnegative(),
  /** As many replicas of services, beside its tasks. */
  replica_slots: z.int().nonnegative().default(0),
  tags: z.array(z.string()),
  runs: z.enum(['process', 'container']).default('process'),
  bases: z.array(z.string()).default([]),
  capabilities: capabilities.nullable().default(null),
  holds: z.array(heldPlace),
  /** Whether it gets no tasks. */
  drained: z.boolean().default(false),
  /** Since it was last heard of. */
  silent_ms: z.number().nonnegative(),
});
export type WorkerStatus = z.output<typeof workerStatus>;

/** A member that gets no tasks, and the attempts that are still there. */
export const drainStatus = drainRecord.extend({
  /** When what still runs there is given back; null: it may end. */
  deadline_at: z.iso.datetime().nullable(),
  holds: z.array(attemptPlace),
});
export type DrainStatus = z.output<typeof drainStatus>;

/** A kept pool, and who is in it. */
export const poolStatus = pool.extend({ workers: z.array(z.string()) });
export type PoolStatus = z.output<typeof poolStatus>;

export const jobsAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('jobs'), jobs: z.array(jobStatus) }),
  z.object({ kind: z.literal('job'), job: jobStatus }),
  z.object({ kind: z.literal('tasks'), tasks: z.array(taskStatus), total: z.int().positive() }),
  z.object({ kind: z.literal('changed'), job: jobStatus, tasks: z.int().nonnegative() }),
  z.object({ kind: z.literal('workers'), workers: z.array(workerStatus) }),
  z.object({ kind: z.literal('removed'), job: jobStatus }),
  z.object({ kind: z.literal('notify-key'), key: z.string() }),
  z.object({ kind: z.literal('pools'), pools: z.array(poolStatus) }),
  /** All of them; of a change, the one that it was about, if it is or was drained. */
  z.object({ kind: z.literal('drains'), drains: z.array(drainStatus) }),
  z.object({
    kind: z.literal('batch-sizes'),
    sizes: z.array(z.object({ model: modelName, size: batchSize })),
    /** Jobs that have it from their next batch on. */
    jobs: z.array(jobId),
  }),
]);
export type JobsAnswer = z.output<typeof jobsAnswer>;
