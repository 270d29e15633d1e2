import { z } from 'zod';
import type { Batch, TaskStatus } from '../jobs/index.js';

const parameters = z.object({ first_image: z.int().nonnegative(), images: z.int().positive() });

/**
 * The images of a batch, as the leader says them with its task: the sizes of a job's batches may have changed since the job was
 * read, and a batch that was given out keeps its images.
 */
export function batchOfTask(task: Pick<TaskStatus, 'parameters'>): Batch {
  const { first_image: first, images } = parameters.parse(task.parameters);
  return { first, images };
}
