import { z } from 'zod';

/** Images of one batch. */
export const batchSize = z.int().positive().max(4096);
/** Queries of one job. */
const maxImages = 10_000_000;

/** How often the size may change within a job. */
export const maxSizes = 1000;

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
    .max(maxSizes),
});
export type Batches = z.output<typeof batches>;

/** Some images of a job, by number from 0. */
export const batch = z.object({ first: z.int().nonnegative(), images: z.int().positive() });
export type Batch = z.output<typeof batch>;

/** `j.fleet.model.<name>` of the stream JOBS, which also has `format: 1`: what users set. Only the leader writes it. */
export const batchSizeRecord = z.object({ model: modelName, size: batchSize });
export type BatchSize = z.output<typeof batchSizeRecord>;

/** How many batches there are. */
export function batchCount({ images, sizes }: Batches): number {
  const last = sizes.at(-1);
  return last === undefined ? 0 : last.task + Math.ceil((images - last.image) / last.size);
}

/** Why these are no batches of all images, one after the other; null if they are. */
export function batchesFault({ images, sizes }: Batches): string | null {
  for (const [at, { task, image }] of sizes.entries()) {
    const before = sizes[at - 1] ?? null;
    const isNext = before === null ? task === 0 : task > before.task;
    const due = before === null ? 0 : before.image + (task - before.task) * before.size;
    if (!isNext || image !== due || image >= images)
      return `entry ${at + 1} of the sizes of its batches does not go on where the one before it ends`;
  }
  return null;
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
