import { type FleetJobs, type Workspace, inference } from '../../../index.js';
import { type FleetOptions, withJobs } from '../../session/index.js';
import { batchSizeText } from '../../text/index.js';

/** The size of a model's batches, and who changed it. */
export interface ShownBatchSize {
  model: string;
  size: number;
  /** Whether a user has set it; else it is that of the model's file. */
  set: boolean;
  /** Ids of the jobs whose next batches have it; null if it was not changed now. */
  jobs: readonly string[] | null;
}

/** `collab infer batch-size <model> [n]`: shows or sets how many images are in a batch. */
export async function inferBatchSize(
  model: string,
  size: number | undefined,
  flags: FleetOptions,
): Promise<void> {
  await withJobs(flags, 'result', async (jobs, { workspace, signal, print }) => {
    const shown = await batchSizeOf(model, size, { jobs, workspace, signal });
    print(batchSizeText(shown), shown);
  });
}

export async function batchSizeOf(
  model: string,
  size: number | undefined,
  { jobs, workspace, signal }: { jobs: FleetJobs; workspace: Workspace; signal: AbortSignal },
): Promise<ShownBatchSize> {
  if (size !== undefined)
    return { model, size, set: true, jobs: await jobs.batchSizes.set(model, size, { signal }) };
  const kept = (await jobs.batchSizes.list({ signal })).find((one) => one.model === model);
  if (kept !== undefined) return { ...kept, set: true, jobs: null };
  const { file } = await inference.readModel(workspace.modelFolders, model);
  return { model, size: file.batch_size, set: false, jobs: null };
}
