import type { LiveJob } from './live-job.js';
import { ModelTimes } from './model-times.js';
import type { JobRecord, TaskRecord } from './record.js';

/** Of a job that runs images through a model: its turn among such jobs. */
export interface PlannedImages {
  /** Its virtual time: images by weight. The job with the least one is next. */
  time: number;
  /** By which its time grows with the next batch. */
  perBatch: number;
}

interface Share {
  /** Virtual time: images that were worked on, each divided by the weight that the job had then. */
  time: number;
  /** Images of the job that are in it. */
  counted: number;
}

interface Weighted {
  job: LiveJob;
  share: Share;
  weight: number;
}

/**
 * How jobs that run images through models share the devices: by images, not by tasks, so that their rates are equal, or as their
 * weights. This is start-time fair queueing (Goyal, Vin, Cheng 1996), where what counts is the work that is done:
 *
 * - A job's time grows with its images that are done, and with those of attempts that failed, for which it had the device too.
 * - Batches under way count in full, but for those that it has under way on average if it has its share. Without that, a job with
 *   long batches would lag behind by all that it has under way, and one with short batches by next to nothing.
 * - A job that is new, or had nothing to give out, begins at the least time of the others: it neither waits nor catches up.
 *
 * All of this is in the memory of the leader only: under a new one, all begin with the same time.
 */
export class ImageShares {
  readonly #shares = new Map<string, Share>();
  readonly #times = new ModelTimes();

  /** Takes the record of a batch, which may say how long it took. */
  see(job: JobRecord, record: TaskRecord): void {
    this.#times.see(job, record);
  }

  /**
   * @param jobs those that have batches to give out, and somebody who can take them
   * @param slots in which batches may run
   */
  planned(jobs: readonly LiveJob[], slots: number): Map<string, PlannedImages> {
    const ids = new Set(jobs.map(({ record }) => record.id));
    for (const id of this.#shares.keys()) if (!ids.has(id)) this.#shares.delete(id);
    const all = this.#weighted(jobs);
    const perImage = this.#times.perImage(jobs.map(({ record }) => record));
    // With its share, each job has as many images done in this time as its weight says.
    const round = all.reduce((sum, { weight }, at) => sum + weight * (perImage[at] ?? 1), 0);
    return new Map(
      all.map(({ job, share, weight }, at) => {
        const batch = job.nextBatch;
        const usual = (slots * batch * (perImage[at] ?? 1)) / round;
        const time = share.time + job.imagesUnderWay / weight - usual;
        return [job.record.id, { time, perBatch: batch / weight }];
      }),
    );
  }

  #weighted(jobs: readonly LiveJob[]): Weighted[] {
    const ofUsers = new Map<string, number>();
    for (const { owner, definition } of jobs.map(({ record }) => record))
      ofUsers.set(owner, (ofUsers.get(owner) ?? 0) + definition.weight);
    const known = jobs.flatMap(({ record }) => this.#shares.get(record.id) ?? []);
    const weights = jobs.map(
      ({ record: { owner, definition } }) => definition.weight / (ofUsers.get(owner) ?? 1),
    );
    for (const [at, job] of jobs.entries()) {
      const share = this.#shares.get(job.record.id);
      if (share === undefined) continue;
      share.time += (job.imagesSpent - share.counted) / (weights[at] ?? 1);
      share.counted = job.imagesSpent;
    }
    const least = known.length === 0 ? 0 : Math.min(...known.map(({ time }) => time));
    return jobs.map((job, at) => {
      const share = this.#shares.get(job.record.id) ?? { time: least, counted: job.imagesSpent };
      this.#shares.set(job.record.id, share);
      return { job, share, weight: weights[at] ?? 1 };
    });
  }
}
