import { z } from 'zod';
import { placeAnswer, rateAnswer, sizesAnswer, timesAnswer } from '../inference/index.js';
import { batchSize, jobId, jobStatus, modelName } from '../jobs/index.js';
import type { Endpoint } from './endpoint.js';
import { newInference } from './schemas.js';

const job = z.strictObject({
  job: z.string().describe('Id of a job, its beginning, or its name (the newest is meant).'),
});
const ofJob = z.strictObject({ job: job.shape.job.optional().describe('Only of this job.') });

/** Calls about images that run through models: those of `collab infer`. Their jobs are jobs as all others. */
export const inferenceEndpoints = {
  submitInference: {
    method: 'POST',
    path: '/v1/inference',
    group: 'inference',
    summary: 'Submits images of the store for a model whose code is in the store.',
    body: newInference,
    gives: 'json',
    answer: jobStatus,
    status: 201,
    refusals: [404, 413],
  },
  getResults: {
    method: 'GET',
    path: '/v1/inference/{job}/output',
    group: 'inference',
    summary:
      'What the model says of each image, in their order: a line of JSON for each. Only its owner may.',
    parameters: job,
    query: z.strictObject({
      partial: z
        .enum(['true', 'false'])
        .default('false')
        .describe('true: the batches that are done until now. Without it, all must be done.'),
    }),
    gives: 'bytes',
    status: 200,
    refusals: [403, 404, 409],
  },
  getRates: {
    method: 'GET',
    path: '/v1/inference/rate',
    group: 'inference',
    summary: 'Queries per second of each model.',
    query: ofJob,
    gives: 'json',
    answer: z.object({ models: z.array(rateAnswer) }),
    status: 200,
    refusals: [404, 409],
  },
  getTimes: {
    method: 'GET',
    path: '/v1/inference/times',
    group: 'inference',
    summary: 'How long processes work on a batch of each model.',
    query: ofJob,
    gives: 'json',
    answer: z.object({ models: z.array(timesAnswer) }),
    status: 200,
    refusals: [404, 409],
  },
  listBatches: {
    method: 'GET',
    path: '/v1/inference/assignments',
    group: 'inference',
    summary: 'Which device works on which batch.',
    query: ofJob,
    gives: 'json',
    answer: z.object({ batches: z.array(placeAnswer) }),
    status: 200,
    refusals: [404, 409],
  },
  listBatchSizes: {
    method: 'GET',
    path: '/v1/inference/batch-sizes',
    group: 'inference',
    summary: 'How many images are in a batch of each model for which users have set it.',
    gives: 'json',
    answer: sizesAnswer,
    status: 200,
    refusals: [],
  },
  setBatchSize: {
    method: 'PUT',
    path: '/v1/inference/batch-sizes/{model}',
    group: 'inference',
    summary: 'Sets how many images are in a batch of a model, from the next batch on.',
    parameters: z.strictObject({ model: modelName }),
    body: z.strictObject({ size: batchSize }),
    gives: 'json',
    answer: z.object({
      model: modelName,
      size: batchSize,
      jobs: z.array(jobId).describe('Jobs whose next batches have it.'),
    }),
    status: 200,
    refusals: [],
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
