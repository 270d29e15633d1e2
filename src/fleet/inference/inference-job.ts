import { CollabError, ExitCode } from '../../errors.js';
import type { FileStore, FileTree } from '../files/index.js';
import { checkDefinition, type InferenceModel, type JobDefinition, jobDefinition } from '../jobs/index.js';
import { type CodeFile, modelKey } from './code.js';
import type { ModelFile } from './model-file.js';
import { queryTree } from './query-files.js';
import type { Queries } from './queries.js';

/** What a user says of a job beside its model and images; what is left out has a default. */
export interface InferenceWish {
  name?: string | undefined;
  pool?: readonly string[] | undefined;
  attempts?: number | undefined;
  /** Of its query rate, compared with other jobs. */
  weight?: number | undefined;
  /** Annotated pictures are kept. */
  pictures?: boolean | undefined;
  /** Images in a batch. */
  batchSize?: number | undefined;
}

/** A model as a job has it: with the versions of its files in the store. */
export interface FixedModel {
  name: string;
  file: ModelFile;
  code: readonly CodeFile[];
  weights: InferenceModel['weights'];
  classes: InferenceModel['classes'];
}

/** The newest versions of the files that a model names in the store. */
export async function fixModel(
  model: Pick<FixedModel, 'name' | 'file' | 'code'>,
  store: FileStore,
): Promise<FixedModel> {
  const { weights, classes } = model.file;
  return { ...model, weights: await newest(store, weights), classes: await newest(store, classes) };
}

async function newest(store: FileStore, name: string | undefined): Promise<InferenceModel['weights']> {
  if (name === undefined) return null;
  const [version] = await store.versions(name);
  return version?.kind === 'file' ? { name, version: version.version } : null;
}

/**
 * The job that a model, images, and a user's words mean.
 * @param keptBatchSize of the model, that users have set; undefined if nobody has
 * @throws CollabError `infer-invalid`, and those of `checkDefinition`
 */
export function inferenceJob(
  model: FixedModel,
  queries: Queries,
  wish: InferenceWish,
  keptBatchSize: number | undefined,
): { definition: JobDefinition; tree: FileTree } {
  const { name, file, code, weights, classes } = model;
  const { loader, base, input, task: kind } = file;
  const size = wish.batchSize ?? keptBatchSize ?? file.batch_size;
  const parsed = jobDefinition.safeParse({
    name: wish.name ?? name,
    // For people, who see it in lists. Workers start the program of the model.
    command: ['collab-infer', name],
    base: { name: base, refs: [] },
    pool: wish.pool,
    tasks: { kind: 'batches', images: queries.count, sizes: [{ task: 0, image: 0, size }] },
    attempts: wish.attempts,
    weight: wish.weight,
    model: { name, key: modelKey(code, file, model), kind, loader, ...input, weights, classes },
  });
  if (!parsed.success) throw invalid(parsed.error.issues);
  checkDefinition(parsed.data);
  return { definition: parsed.data, tree: queryTree(queries, code, wish.pictures ?? false) };
}

function invalid(issues: readonly { path: readonly PropertyKey[]; message: string }[]): CollabError {
  return new CollabError('infer-invalid', {
    what: 'The job cannot be submitted as it is.',
    why: issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
    next: 'Correct the flags; see collab infer submit --help.',
    exitCode: ExitCode.usage,
  });
}
