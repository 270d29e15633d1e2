import {
  batchCount,
  type BatchSize,
  type JobLimits,
  type JobRecord,
  type JobsAnswer,
  type JobsQuestion,
  maxSizes,
  withBatchSize,
} from '../../fleet/index.js';
import { Refused } from '../answers.js';
import type { BatchSizes } from './fleet-records.js';
import type { JobBook } from './job-book.js';
import { checkSize, checkUser } from './job-limits.js';

/** How often a change is tried while others write the same job. */
const tries = 5;

interface Books {
  book: JobBook;
  batchSizes: BatchSizes;
  limits: JobLimits;
}

/** All users see the sizes, and set them: also of the jobs of others, which share the devices. */
export async function answerBatchSizes(
  books: Books,
  question: Extract<JobsQuestion, { kind: 'set-batch-size' | 'batch-sizes' }>,
): Promise<JobsAnswer> {
  const jobs = question.kind === 'set-batch-size' ? await setBatchSize(books, question) : [];
  return { kind: 'batch-sizes', sizes: [...books.batchSizes.all], jobs };
}

/** @returns the jobs that have the size from their next batch on */
async function setBatchSize(
  { book, batchSizes, limits }: Books,
  { model, size }: BatchSize,
): Promise<string[]> {
  const jobs = [...book.state.allLive].filter(({ record }) => record.definition.model?.name === model);
  const more = new Map<string, number>();
  for (const { record, begun, total, isCancelled } of jobs) {
    if (isCancelled) continue;
    const changed = resized(record, begun, size);
    const { owner } = record;
    more.set(owner, (more.get(owner) ?? 0) + Math.max(0, countOf(changed) - total));
    checkSize(changed);
    checkUser(book.state.openOf(owner), more.get(owner) ?? 0, record, limits);
  }
  // If this leader ends before all jobs have it, whoever asked asks the next one again.
  await batchSizes.set(model, { model, size });
  const having: string[] = [];
  for (const { record } of jobs) if (await resize(book, record.id, size)) having.push(record.id);
  return having;
}

/** Batches that were never given out get another size. @returns whether there are some */
function resize(book: JobBook, id: string, size: number): Promise<boolean> {
  return book.alone(async () => {
    for (let count = 0; count < tries; count += 1) {
      if (book.state.live(id)?.isLoaded === false) await book.load();
      const job = book.state.live(id);
      if (job === null || job.isCancelled) return false;
      job.isPaused = true;
      try {
        // An earlier leader may have given out more than this one has read.
        while (await book.readTask(id, job.begun));
        if (job.begun >= job.total) return false;
        const record = resized(job.record, job.begun, size);
        if (record === job.record || (await book.writeJob(record, job.sequence))) return true;
      } finally {
        job.isPaused = false;
      }
    }
    throw new Refused('job-busy', `the job ${id} is being changed by others: try again`);
  });
}

/** @throws Refused */
function resized(record: JobRecord, from: number, size: number): JobRecord {
  const { id, definition } = record;
  if (definition.tasks.kind !== 'batches') return record;
  const tasks = withBatchSize(definition.tasks, from, size);
  if (JSON.stringify(tasks) === JSON.stringify(definition.tasks)) return record;
  if (tasks.sizes.length > maxSizes)
    throw new Refused(
      'batch-size-changed-often',
      `the batches of the job ${id} have had ${definition.tasks.sizes.length} sizes, and cannot have another one: cancel it, or wait for its end`,
    );
  return { ...record, definition: { ...definition, tasks } };
}

const countOf = ({ definition: { tasks } }: JobRecord): number =>
  tasks.kind === 'batches' ? batchCount(tasks) : 0;
