import { z } from 'zod';
import { maxQueries, modelFileSchema, placeAnswer, rateAnswer, timesAnswer } from '../inference/index.js';
import {
  batchSize,
  drainStatus,
  jobDefinition,
  jobId,
  jobStatus,
  modelName,
  taskStatus,
  workerStatus,
} from '../jobs/index.js';

export const member = z.object({
  id: z.string().describe('20 hex digits.'),
  name: z.string(),
  state: z
    .enum(['alive', 'suspect', 'failed', 'left'])
    .describe('As the member that was asked sees it. A keeper says `alive` for `suspect`.'),
  address: z.string().describe('Without a port.'),
  tags: z.array(z.string()),
  architecture: z.string().describe('As Docker names it, e.g. arm64.'),
  cores: z.int().nonnegative(),
  memory_bytes: z.number().nonnegative(),
  accelerator: z.string().nullable().describe('E.g. cuda. Null if it has none, or none is known.'),
  keeper: z.boolean().describe('Whether it keeps jobs and files.'),
});
export type ApiMember = z.output<typeof member>;

export const worker = workerStatus.extend({ name: z.string().describe('Of the member.') });

export const drain = drainStatus.extend({ name: z.string().describe('Of the member.') });

export const pool = z.object({
  name: z.string().describe('A tag: a job with this pool runs on workers that have it.'),
  workers: z.array(z.string()).describe('Ids of members.'),
  slots: z.int().nonnegative().describe('Tasks that they can run at the same time.'),
});

export const file = z.object({
  name: z
    .string()
    .describe(
      'Path with `/`. Below `private/` only its owner sees it, below `jobs/` are the files of own jobs.',
    ),
  version: z.int().positive(),
  kind: z.enum(['file', 'link', 'folder']),
  size_bytes: z.int().nonnegative(),
  sha256: z.string().nullable().describe('Of the content, hex. Null for links and folders.'),
  mode: z.string().nullable().describe('Permission bits, octal, e.g. 644.'),
  owner: z.string().describe('Who put it.'),
  put_at: z.iso.datetime(),
  target: z.string().nullable().describe('Of a link, what it points to.'),
});

const device = z.object({ id: z.string(), name: z.string() });

export const heldVersion = z.object({
  version: z.int().positive(),
  size_bytes: z.int().nonnegative(),
  parts: z.int().positive().describe('Large files lie in parts on different devices.'),
  replicas: z.int().nonnegative().describe('Whole ones that answer, of the part with the fewest.'),
  target: z
    .int()
    .positive()
    .nullable()
    .describe('Replicas that each part should have; null if no keeper says it.'),
  devices: z.array(device.extend({ parts: z.int().nonnegative(), bytes: z.int().nonnegative() })),
});

export const share = device.extend({
  files: z.int().nonnegative(),
  versions: z.int().nonnegative(),
  content_bytes: z.int().nonnegative().describe('Content of these versions.'),
  used_bytes: z.number().nullable().describe('On its disk; null if it does not answer.'),
  free_bytes: z.number().nullable(),
  answers: z.boolean(),
});

export const run = z.looseObject({
  run_id: z.string(),
  state: z.string().describe('docs/records.md describes all keys.'),
});

export const fault = z.object({
  name: z.string().describe('Stable, for programs, e.g. job-unknown.'),
  what: z.string().describe('What happened, in one sentence.'),
  why: z.string().nullable(),
  next: z.string().describe('What can be done about it.'),
});
export type Fault = z.output<typeof fault>;

export const newJob = z.strictObject({
  id: jobId
    .optional()
    .describe(
      'From POST /v1/job-ids, if files were put for the job. A call that is repeated with the same id submits one job.',
    ),
  definition: jobDefinition,
});

export const newInference = z.strictObject({
  model: modelName.describe('Rates, times, and sizes of batches are kept under this name.'),
  settings: modelFileSchema.describe('What `models/<name>.yaml` says.'),
  code: z.string().min(1).describe('Folder of the store with the Python files of models/.'),
  images: z.string().min(1).describe('Pattern of the store, such as photos/**.'),
  count: z
    .int()
    .positive()
    .max(maxQueries)
    .optional()
    .describe(
      'So many queries, from the first image again when there are fewer. Default: one for each image.',
    ),
  name: jobDefinition.shape.name.optional().describe('Default: that of the model.'),
  pool: jobDefinition.shape.pool.unwrap().optional(),
  attempts: jobDefinition.shape.attempts.unwrap().optional(),
  weight: jobDefinition.shape.weight
    .unwrap()
    .optional()
    .describe('Its query rate, compared with other jobs. Default: 1.'),
  pictures: z.boolean().optional().describe('Keeps a picture of each image with what was found in it.'),
  batch_size: batchSize.optional().describe('Default: what was set for the model, or what its settings say.'),
});

export const changed = z.object({
  job: jobStatus,
  tasks: z.int().nonnegative().describe('How many tasks it concerns.'),
});

/** Names of schemas in the specification. */
export const named = {
  Job: jobStatus,
  JobDefinition: jobDefinition,
  NewJob: newJob,
  ChangedJob: changed,
  NewInference: newInference,
  ModelRate: rateAnswer,
  ModelTimes: timesAnswer,
  Batch: placeAnswer,
  Task: taskStatus,
  Worker: worker,
  Pool: pool,
  Drain: drain,
  Member: member,
  File: file,
  HeldVersion: heldVersion,
  Share: share,
  Run: run,
  Fault: fault,
} as const satisfies Readonly<Record<string, z.ZodType>>;
