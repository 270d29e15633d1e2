import type { AskOptions, LeaderAsked } from './ask-leader.js';
import { badAnswer } from './errors.js';
import type { JobsAnswer, JobsQuestion } from './questions.js';

type BatchSizes = Extract<JobsAnswer, { kind: 'batch-sizes' }>;

/** How many images are in a batch of each model, as the leader keeps it. */
export class FleetBatchSizes {
  constructor(private readonly leader: LeaderAsked) {}

  /** The sizes that users have set; other models have that of their file. */
  async list(options?: AskOptions): Promise<BatchSizes['sizes']> {
    return (await this.#ask({ kind: 'batch-sizes' }, 'The sizes of batches were not listed.', options)).sizes;
  }

  /**
   * Sets the size of batches of a model, from the next batch on. Jobs that are submitted later have it too.
   * @returns the ids of the jobs whose next batches have it
   * @throws JobRefused
   */
  async set(model: string, size: number, options?: AskOptions): Promise<BatchSizes['jobs']> {
    const what = `The size of batches of ${model} was not set.`;
    return (await this.#ask({ kind: 'set-batch-size', model, size }, what, options)).jobs;
  }

  async #ask(asked: JobsQuestion, what: string, options?: AskOptions): Promise<BatchSizes> {
    const answers = await this.leader.all(asked, what, options);
    const sizes = answers.find((one) => one.kind === 'batch-sizes');
    if (sizes === undefined) throw badAnswer(`no sizes are in the answer to ${asked.kind}`);
    return sizes;
  }
}
