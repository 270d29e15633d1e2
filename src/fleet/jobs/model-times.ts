import { batchOf } from './batches.js';
import type { JobRecord, TaskRecord } from './record.js';

interface Measured {
  seconds: number;
  images: number;
}

/** With each batch, the ones before count for so much less: about the last 20 batches count. */
const fading = 0.95;

/** How long devices work on an image, by model: on average over the batches that were done, so over fast and slow devices. */
export class ModelTimes {
  readonly #measured = new Map<string, Measured>();

  /** Takes the record of a batch that was done. */
  see({ definition: { model, tasks } }: JobRecord, { task, ends }: TaskRecord): void {
    const end = ends.at(-1);
    if (model === null || tasks.kind !== 'batches' || end?.outcome !== 'done') return;
    if (end.processing_s === undefined) return;
    const { seconds, images } = this.#measured.get(model.key) ?? { seconds: 0, images: 0 };
    this.#measured.set(model.key, {
      seconds: seconds * fading + end.processing_s,
      images: images * fading + batchOf(tasks, task).images,
    });
  }

  /** Of the model of each job, in seconds; for one that has done nothing yet, the mean of the others, or 1. */
  perImage(jobs: readonly JobRecord[]): number[] {
    const times = jobs.map(({ definition: { model } }) => {
      const measured = this.#measured.get(model?.key ?? '');
      return measured === undefined || measured.seconds === 0 ? null : measured.seconds / measured.images;
    });
    const known = times.filter((time) => time !== null);
    const mean = known.length === 0 ? 1 : known.reduce((sum, time) => sum + time, 0) / known.length;
    return times.map((time) => time ?? mean);
  }
}
