import {
  type AskOptions,
  type FleetJobs,
  type InferenceModel,
  type JobStatus,
  type TaskStatus,
} from '../jobs/index.js';
import { batchOfTask } from './batch-of-task.js';
import { otherJob } from './inference-of.js';

/** A batch that is done. */
export interface BatchEnd {
  endedMs: number;
  images: number;
  /** Null where it is not known. */
  processingS: number | null;
}

/** An inference job, and what of it is done. */
export interface InferenceProgress {
  id: string;
  model: InferenceModel['name'];
  submittedMs: number;
  /** Null while it goes on. */
  endedMs: number | null;
  images: number;
  ends: readonly BatchEnd[];
}

const pageSize = 1000;

/**
 * Reads which batches are done, from the records that the leader keeps: nothing is lost when a leader, this machine, or a device
 * is restarted. Asked again, it reads only what may have changed.
 */
export class BatchEnds {
  readonly #known = new Map<string, { next: number; ends: BatchEnd[] }>();

  constructor(private readonly jobs: FleetJobs) {}

  /** Of all inference jobs, or of one. @throws CollabError `infer-other-job`, and those of `show` */
  async read(wanted: string | undefined, options?: AskOptions): Promise<InferenceProgress[]> {
    const all =
      wanted === undefined ? await this.jobs.list(options) : [await this.jobs.show(wanted, options)];
    const progress: InferenceProgress[] = [];
    for (const job of all) {
      const { inference, id, submitted_at: submittedAt, ended_at: endedAt } = job;
      if (inference === null) {
        if (wanted !== undefined) throw otherJob(job);
        continue;
      }
      progress.push({
        id,
        model: inference.model.name,
        submittedMs: Date.parse(submittedAt),
        endedMs: endedAt === null ? null : Date.parse(endedAt),
        images: inference.batches.images,
        ends: await this.#endsOf(job, options),
      });
    }
    return progress;
  }

  async #endsOf({ id, tasks: total, counts }: JobStatus, options?: AskOptions): Promise<BatchEnd[]> {
    const settled = this.#known.get(id) ?? { next: 0, ends: [] };
    this.#known.set(id, settled);
    const ends = [...settled.ends];
    let [begun, isPrefix] = [settled.next, true];
    for (let from = settled.next; from < total && begun < total - counts.queued;) {
      const page = await this.jobs.page(id, from, pageSize, options);
      if (page.length === 0) break;
      for (const task of page) {
        const end = endOf(task, batchOfTask(task).images);
        if (task.state !== 'queued') begun += 1;
        if (end !== null) ends.push(end);
        isPrefix &&= end !== null;
        if (isPrefix && end !== null) {
          settled.ends.push(end);
          settled.next = task.task + 1;
        }
      }
      from += page.length;
    }
    return ends;
  }
}

/** Null of a batch that is not done. */
function endOf({ state, ends }: TaskStatus, images: number): BatchEnd | null {
  const end = state === 'done' ? ends.findLast(({ outcome }) => outcome === 'done') : undefined;
  if (end === undefined) return null;
  return { endedMs: Date.parse(end.ended_at), images, processingS: end.processing_s ?? null };
}
