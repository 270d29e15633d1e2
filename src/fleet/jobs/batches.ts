import { z } from 'zod';

/** Images of one batch. */
export const batchSize = z.int().positive().max(4096);
/** Queries of one job. */
const maxImages = 10_000_000;

/** Name of a model, and of its file `models/<name>.yaml`. */
export const modelName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);

/** The model through which a job runs images, and what its processes on devices need. */
export const inferenceModel = z.strictObject({
  name: modelName,
  /** Jobs with the same key share processes: it stands for the model's code, its settings, and its weights. */
  key: z.string().regex(/^[0-9a-f]{16}$/),
  kind: z.enum(['classify', 'detect']),
  /** File of the model's code, and function: `torchvision_model.py:resnet50`. */
  loader: z.string().regex(/^[\w.-]+\.py:[A-Za-z_]\w*$/),
  /** Of the network's input, in pixels. */
  width: z.int().positive().max(100_000),
  height: z.int().positive().max(100_000),
  /** Files of the store; null where the loader has its own. */
  weights: z.strictObject({ name: z.string(), version: z.int().positive() }).nullable(),
  classes: z.strictObject({ name: z.string(), version: z.int().positive() }).nullable(),
});
export type InferenceModel = z.output<typeof inferenceModel>;

/**
 * Images in batches, each of which is a task: from `task` on, whose first image is `image`, each has `size` images, up to the next
 * entry. The last one has what is left.
 */
export const batches = z.strictObject({
  kind: z.literal('batches'),
  images: z.int().positive().max(maxImages),
  sizes: z
    .array(z.strictObject({ task: z.int().nonnegative(), image: z.int().nonnegative(), size: batchSize }))
    .min(1)
    .max(1000),
});
export type Batches = z.output<typeof batches>;

/** Some images of a job, by number from 0. */
export interface Batch {
  first: number;
  images: number;
}

/** How many batches there are. */
export function batchCount({ images, sizes }: Batches): number {
  const last = sizes.at(-1);
  return last === undefined ? 0 : last.task + Math.ceil((images - last.image) / last.size);
}

/** The images of a task. */
export function batchOf({ images, sizes }: Batches, task: number): Batch {
  const part = sizes.findLast((one) => one.task <= task);
  if (part === undefined) return { first: 0, images: 0 };
  const first = part.image + (task - part.task) * part.size;
  return { first, images: Math.max(0, Math.min(part.size, images - first)) };
}

/**
 * The same images with another size of batches.
 * @param from the first task that has it; those before stay as they are
 */
export function withBatchSize(batches: Batches, from: number, size: number): Batches {
  const { images, sizes } = batches;
  const { first } = batchOf(batches, from);
  if (from >= batchCount(batches) || first >= images) return batches;
  const before = sizes.filter(({ task }) => task < from);
  return before.at(-1)?.size === size
    ? { ...batches, sizes: before }
    : { ...batches, sizes: [...before, { task: from, image: first, size }] };
}
