import { z } from 'zod';
import { batchSize, inferenceModel, jobId } from '../jobs/index.js';
import type { BatchPlace } from './assignments.js';
import type { ModelRate } from './rates.js';
import type { ModelTimes } from './times.js';

/** What `--json` and the API say: the keys of files, with units. */
const time = z.iso.datetime();
const model = inferenceModel.shape.name;
const jobs = z.array(jobId).describe('Jobs that are counted: those that go on, or else the last one.');
const seconds = z.number().nonnegative().nullable();

export const rateAnswer = z.object({
  model,
  jobs,
  live: z.boolean().describe('Whether one of these jobs goes on.'),
  completed: z.int().nonnegative().describe('Queries that are done.'),
  queries: z.int().positive().describe('Queries of these jobs.'),
  since: time.describe('When the first of them was submitted.'),
  until: time.describe('Now, or the end of the last one.'),
  recent_per_s: z.number().nonnegative().describe('Completed per second over the last 10 s.'),
  per_s: z.number().nonnegative().describe('Completed per second since the start.'),
  stretch_s: z.number().positive(),
  completions: z
    .array(z.int().nonnegative())
    .describe('How many were completed in each stretch of `stretch_s` seconds since the start.'),
});

export const timesAnswer = z.object({
  model,
  jobs,
  n: z.int().nonnegative().describe('Batches that are measured.'),
  unknown: z.int().nonnegative().describe('Batches that are done and do not tell their time.'),
  images_mean: z.number().positive().nullable().describe('Images in a batch, on average.'),
  mean_s: seconds.describe('Time for which a process worked on a batch.'),
  deviation_s: seconds,
  p50_s: seconds,
  p90_s: seconds,
  p95_s: seconds,
  p99_s: seconds,
});

export const placeAnswer = z.object({
  member: z.string().describe('Id of the member.'),
  device: z.string(),
  job: jobId,
  job_name: z.string(),
  model,
  batch: z.int().nonnegative(),
  attempt: z.int().positive(),
  first_image: z.int().nonnegative(),
  last_image: z.int().nonnegative(),
  since: time.nullable().describe('When it was given out.'),
});

export const sizesAnswer = z.object({
  sizes: z.array(z.object({ model, size: batchSize })).describe('Sizes that users have set.'),
});

const stamp = (ms: number): string => new Date(ms).toISOString();

export const rateToAnswer = (rate: ModelRate): z.output<typeof rateAnswer> => ({
  model: rate.model,
  jobs: [...rate.jobs],
  live: rate.live,
  completed: rate.completed,
  queries: rate.queries,
  since: stamp(rate.sinceMs),
  until: stamp(rate.untilMs),
  recent_per_s: rate.recentPerS,
  per_s: rate.perS,
  stretch_s: rate.stretchS,
  completions: [...rate.completions],
});

export const timesToAnswer = (times: ModelTimes): z.output<typeof timesAnswer> => ({
  model: times.model,
  jobs: [...times.jobs],
  n: times.n,
  unknown: times.unknown,
  images_mean: times.imagesMean,
  mean_s: times.meanS,
  deviation_s: times.deviationS,
  p50_s: times.p50S,
  p90_s: times.p90S,
  p95_s: times.p95S,
  p99_s: times.p99S,
});

export const placeToAnswer = (place: BatchPlace): z.output<typeof placeAnswer> => ({
  member: place.member,
  device: place.device,
  job: place.job,
  job_name: place.jobName,
  model: place.model,
  batch: place.batch,
  attempt: place.attempt,
  first_image: place.first,
  last_image: place.last,
  since: place.since,
});
