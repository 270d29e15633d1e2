import type { FileTree } from '../files/index.js';
import type { FleetJobs, JobDefinition } from '../jobs/index.js';
import { type FixedModel, fixModel, inferenceJob, type InferenceWish } from './inference-job.js';
import type { Queries } from './queries.js';

/** What is submitted, and what a user should know of it. */
export interface PlannedInference {
  definition: JobDefinition;
  tree: FileTree;
  /** The model names weights, and the store has none. */
  lacksWeights: boolean;
}

/** Looks up what a job depends on in the fleet: versions of weights, and the size of batches that users have set. */
export async function planInference(
  jobs: FleetJobs,
  model: Pick<FixedModel, 'name' | 'file' | 'code'>,
  queries: Queries,
  wish: InferenceWish,
  signal?: AbortSignal,
): Promise<PlannedInference> {
  const [fixed, sizes] = await Promise.all([
    fixModel(model, jobs.store.files),
    wish.batchSize === undefined ? jobs.batchSizes.list({ signal }) : [],
  ]);
  const kept = sizes.find((one) => one.model === model.name)?.size;
  const lacksWeights = model.file.weights !== undefined && fixed.weights === null;
  return { ...inferenceJob(fixed, queries, wish, kept), lacksWeights };
}
