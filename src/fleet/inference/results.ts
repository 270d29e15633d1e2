import { z } from 'zod';
import { CollabError, ExitCode } from '../../errors.js';
import { attemptName, roleFiles } from '../../logs/index.js';
import type { FileStore } from '../files/index.js';
import type { JobStatus, TaskStatus } from '../jobs/index.js';
import { batchOfTask } from './batch-of-task.js';
import { mapAhead } from './map-ahead.js';

/** Files of so many batches are fetched at the same time. */
const readsAtOnce = 8;

const likely = z.object({ class: z.string(), probability: z.number() });
const box = likely.extend({ box: z.tuple([z.number(), z.number(), z.number(), z.number()]) });

/** A row that a model's process recorded of one image. Lists are JSON in text, as rows are flat. */
const recorded = z.object({
  index: z.int().nonnegative(),
  image: z.string(),
  class: z.string().nullish(),
  probability: z.number().nullish(),
  top: z.string().nullish(),
  boxes: z.string().nullish(),
  error: z.string().nullish(),
});

/** What a model says of one image. */
export const resultRow = z.object({
  index: z.int().nonnegative().describe('Number of the query, from 0.'),
  image: z.string(),
  class: z
    .string()
    .nullable()
    .describe('The likeliest; of boxes, that of the likeliest box. Null if there is none.'),
  probability: z.number().nullable(),
  top: z.array(likely).describe('The likeliest classes.'),
  boxes: z.array(box).describe('Objects that were found, in pixels of the image.'),
  error: z.string().nullable().describe('Why there is no answer, e.g. that the file is no image.'),
  device: z.string().describe('Name of the member.'),
  batch: z.int().nonnegative(),
  attempt: z.int().positive(),
});
export type ResultRow = z.output<typeof resultRow>;

/** Images without a result, and how their batch is. */
export interface MissingImages {
  batch: number;
  state: TaskStatus['state'];
  first: number;
  images: number;
}

/** Results of a batch, or what is missing. */
export type BatchResult = { rows: ResultRow[] } | { missing: MissingImages };

/**
 * What a job says of each image, batch by batch, in the order of the images: each of them once.
 * @param tasks in their order
 * @throws CollabError `infer-results-broken` if a batch that is done has an image twice or not at all
 */
export async function* readResults(
  store: FileStore,
  job: Pick<JobStatus, 'id' | 'folder'>,
  tasks: AsyncIterable<TaskStatus>,
  { nameOf, signal }: { nameOf: (member: string) => string; signal?: AbortSignal | undefined },
): AsyncGenerator<BatchResult> {
  const read = (task: TaskStatus) => batchResult(store, job, task, { nameOf, signal });
  yield* mapAhead(tasks, readsAtOnce, read);
}

async function batchResult(
  store: FileStore,
  { id, folder }: Pick<JobStatus, 'id' | 'folder'>,
  { task, state, ends, parameters }: TaskStatus,
  { nameOf, signal }: { nameOf: (member: string) => string; signal?: AbortSignal | undefined },
): Promise<BatchResult> {
  const { first, images } = batchOfTask({ parameters });
  const end = ends.findLast(({ outcome }) => outcome === 'done');
  if (state !== 'done' || end === undefined) return { missing: { batch: task, state, first, images } };
  const trial = attemptName({ trial: task + 1, attempt: end.attempt });
  const text = await textOf(store, `${folder}/trials/${trial}/task-0/${roleFiles.results}`, id, signal);
  const about = { device: nameOf(end.member), batch: task, attempt: end.attempt };
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => rowOf(line, about, id))
    .sort((a, b) => a.index - b.index);
  const fault = faultOf(rows, first, images);
  if (fault !== null)
    throw broken(id, `${fault} in batch ${task}, attempt ${end.attempt}, of ${about.device}`);
  return { rows };
}

/** Whether each image is there once. */
export function faultOf(rows: readonly { index: number }[], first: number, images: number): string | null {
  const seen = new Set<number>();
  for (const { index } of rows) {
    if (index < first || index >= first + images) return `image ${index} does not belong there`;
    if (seen.has(index)) return `image ${index} is there twice`;
    seen.add(index);
  }
  const missing = Array.from({ length: images }, (_, at) => first + at).filter((index) => !seen.has(index));
  const [lost] = missing;
  return lost === undefined ? null : `${missing.length} of ${images} images, such as ${lost}, are not there`;
}

function rowOf(line: string, about: Pick<ResultRow, 'device' | 'batch' | 'attempt'>, id: string): ResultRow {
  try {
    const { index, image, error, ...row } = recorded.parse(JSON.parse(line));
    const top = z.array(likely).parse(JSON.parse(row.top ?? '[]'));
    const boxes = z.array(box).parse(JSON.parse(row.boxes ?? '[]'));
    const best = { class: row.class ?? null, probability: row.probability ?? null };
    return { index, image, ...best, top, boxes, error: error ?? null, ...about };
  } catch (error) {
    const why = `a row of batch ${about.batch}, attempt ${about.attempt}, of ${about.device} is none of a result`;
    throw broken(id, why, error);
  }
}

async function textOf(store: FileStore, name: string, id: string, signal?: AbortSignal): Promise<string> {
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of (await store.open(name, undefined, signal)).content()) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  } catch (error) {
    if (error instanceof CollabError && error.name === 'store-no-file')
      throw broken(id, `${name} is not in the store`, error);
    throw error;
  }
}

function broken(id: string, why: string, cause?: unknown): CollabError {
  return new CollabError('infer-results-broken', {
    what: `The results of the job ${id} do not have each image exactly once.`,
    why: `${why.charAt(0).toUpperCase()}${why.slice(1)}. This is a fault of collab or of the model's code.`,
    next: `Keep what it left, and report it: collab job output ${id}`,
    exitCode: ExitCode.internal,
    cause,
  });
}
