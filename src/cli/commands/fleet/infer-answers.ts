import { type FleetJobs, type KnownFleet, inference } from '../../../index.js';
import type { Session } from '../../session/index.js';
import {
  batchPlacesText,
  batchSizeText,
  modelsText,
  ratesText,
  submittedInferenceText,
  submittedText,
  timesText,
} from '../../text/index.js';
import { batchSizeOf } from '../infer/batch-size.js';
import { listedModels } from '../infer/models.js';
import { writeOutput } from '../infer/written-results.js';
import { submitInference } from '../infer/submit.js';
import { submitTraining } from '../infer/submitted-training.js';

interface Asked {
  jobs: FleetJobs;
  fleet: KnownFleet;
  session: Session;
}
type Answer = (asked: Asked, words: readonly string[]) => Promise<string>;

/** What the console answers about inference, with the words of `collab infer`. */
export const inferAnswers = new Map<string, { does: string; answer: Answer }>([
  ['models', { does: 'models             models that can be named', answer: models }],
  ['submit', { does: 'submit <model> <images> [count]  submits images for a model', answer: submit }],
  ['output', { does: 'output <job> <file>  what the model says of each image', answer: output }],
  ['rate', { does: 'rate [job]         queries per second of each model', answer: rate }],
  ['times', { does: 'times [job]        processing times of each model', answer: times }],
  ['batch-size', { does: 'batch-size <model> [n]  images in a batch', answer: batchSize }],
  ['assignments', { does: 'assignments [job]  which device works on which batch', answer: assignments }],
  ['train', { does: 'train <model>      trains a model on a device', answer: train }],
]);

async function models({ jobs, session }: Asked): Promise<string> {
  return modelsText(await listedModels(session.workspace, jobs.store));
}

async function submit(asked: Asked, [model, images, count]: readonly string[]): Promise<string> {
  if (model === undefined || images === undefined)
    return 'Name model and images: submit resnet50 photos/ 100';
  const wanted = countOf(count);
  if (wanted === null) return 'The count must be a whole number, at least 1.';
  return submittedInferenceText(
    await submitInference(model, images, wanted === undefined ? {} : { count: wanted }, asked),
  );
}

async function output({ jobs, session }: Asked, [job, file]: readonly string[]): Promise<string> {
  if (job === undefined || file === undefined) return 'Name job and file: output resnet50 results.csv';
  const { images, missing } = await writeOutput(jobs, job, file, session.signal);
  return `${images} images are in ${file}.${missing === null ? '' : ` Missing: ${missing}.`}`;
}

async function rate({ jobs, session }: Asked, [job]: readonly string[]): Promise<string> {
  const { signal, clock } = session;
  return ratesText(
    inference.modelRates(await new inference.BatchEnds(jobs).read(job, { signal }), clock.now().getTime()),
  );
}

async function times({ jobs, session }: Asked, [job]: readonly string[]): Promise<string> {
  return timesText(
    inference.modelTimes(await new inference.BatchEnds(jobs).read(job, { signal: session.signal })),
  );
}

async function batchSize({ jobs, session }: Asked, [model, size]: readonly string[]): Promise<string> {
  if (model === undefined) return 'Name the model: batch-size resnet50 16';
  const wanted = countOf(size);
  if (wanted === null) return 'The size must be a whole number, at least 1.';
  return batchSizeText(await batchSizeOf(model, wanted, { jobs, ...session }));
}

async function assignments({ jobs, session }: Asked, [job]: readonly string[]): Promise<string> {
  return batchPlacesText(await inference.batchPlaces(jobs, job, { signal: session.signal }));
}

async function train(asked: Asked, [model]: readonly string[]): Promise<string> {
  if (model === undefined) return 'Name the model: train digit-detector';
  return submittedText(await submitTraining(model, [], undefined, asked));
}

/** Undefined for no word, null for one that is no count. */
function countOf(word: string | undefined): number | undefined | null {
  if (word === undefined) return undefined;
  return /^[1-9]\d*$/.test(word) ? Number(word) : null;
}
