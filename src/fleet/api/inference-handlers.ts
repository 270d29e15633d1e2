import { systemClock } from '../../events.js';
import {
  BatchEnds,
  batchPlaces,
  codeInStore,
  findImages,
  jobResults,
  modelRates,
  modelTimes,
  placeToAnswer,
  planInference,
  planQueries,
  rateToAnswer,
  resultText,
  type ResultRow,
  timesToAnswer,
  type JobResults,
} from '../inference/index.js';
import type { Answer, Call } from './endpoint.js';
import type { Endpoints } from './endpoints.js';
import { noCode, notAllDone } from './faults.js';
import type { Caller } from './caller.js';
import { asking } from './job-handlers.js';

/** Calls about images that run through models: those of `collab infer`. */
export const inferenceHandlers = {
  async submitInference(
    { jobs }: Caller,
    { body, signal }: Call<Endpoints['submitInference']>,
  ): Promise<Answer<Endpoints['submitInference']>> {
    const { model: name, settings: file, code: folder, images, count, batch_size: batchSize, ...wish } = body;
    const { files } = jobs.store;
    const code = await codeInStore(files, folder, signal);
    const [loader = ''] = file.loader.split(':');
    if (!code.some((one) => one.name === loader)) throw noCode(folder, loader);
    const place = `store:${images}`;
    const queries = planQueries(place, await findImages(place, files, signal), count);
    const planned = await planInference(jobs, { name, file, code }, queries, { ...wish, batchSize }, signal);
    return jobs.submit(planned, { emit: () => undefined, signal });
  },

  async getResults(
    { jobs }: Caller,
    { parameters, query, signal }: Call<Endpoints['getResults']>,
  ): Promise<Answer<Endpoints['getResults']>> {
    const { job, batches } = await jobResults(jobs, parameters.job, asking(signal));
    const { done } = job.counts;
    if (query.partial !== 'true' && done < job.tasks) throw notAllDone(job.id, done, job.tasks);
    const text = resultText('jsonl', rowsOf(batches));
    const headers = { 'x-batches': String(job.tasks), 'x-batches-done': String(done) };
    return { type: 'application/x-ndjson; charset=utf-8', headers, bytes: bytesOf(text) };
  },

  async getRates(
    { jobs }: Caller,
    { query, signal }: Call<Endpoints['getRates']>,
  ): Promise<Answer<Endpoints['getRates']>> {
    const progress = await new BatchEnds(jobs).read(query.job, asking(signal));
    return { models: modelRates(progress, systemClock.now().getTime()).map(rateToAnswer) };
  },

  async getTimes(
    { jobs }: Caller,
    { query, signal }: Call<Endpoints['getTimes']>,
  ): Promise<Answer<Endpoints['getTimes']>> {
    const progress = await new BatchEnds(jobs).read(query.job, asking(signal));
    return { models: modelTimes(progress).map(timesToAnswer) };
  },

  async listBatches(
    { jobs }: Caller,
    { query, signal }: Call<Endpoints['listBatches']>,
  ): Promise<Answer<Endpoints['listBatches']>> {
    return { batches: (await batchPlaces(jobs, query.job, asking(signal))).map(placeToAnswer) };
  },

  async listBatchSizes(
    { jobs }: Caller,
    { signal }: Call<Endpoints['listBatchSizes']>,
  ): Promise<Answer<Endpoints['listBatchSizes']>> {
    return { sizes: await jobs.batchSizes.list(asking(signal)) };
  },

  async setBatchSize(
    { jobs }: Caller,
    { parameters: { model }, body: { size }, signal }: Call<Endpoints['setBatchSize']>,
  ): Promise<Answer<Endpoints['setBatchSize']>> {
    return { model, size, jobs: await jobs.batchSizes.set(model, size, asking(signal)) };
  },
};

async function* rowsOf(batches: JobResults['batches']): AsyncGenerator<readonly ResultRow[]> {
  for await (const one of batches) if ('rows' in one) yield one.rows;
}

async function* bytesOf(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of text) yield Buffer.from(piece);
}
