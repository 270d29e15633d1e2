import { type Assignment, type AttemptPlace, type Held, type WorkQuestion } from '../../fleet/index.js';
import { assignmentOf } from './assign.js';
import type { JobBook } from './job-book.js';
import { placeText, type Worker } from './workers.js';

/** A task that was given to a worker and that it does not hold is given to it again: the answer was lost. */
const missingMs = 2000;

/** Compares what a worker holds with what it should hold. */
export class HeldCheck {
  /** Since when a worker has not held what it was given. */
  readonly #missing = new WeakMap<Held, number>();

  constructor(
    private readonly book: JobBook,
    private readonly nowMs: () => number,
  ) {}

  /**
   * What a worker should hold and does not: it was lost with its last session, or with an answer.
   * @returns what it is given again
   */
  async missing(
    member: string,
    { holds }: Pick<WorkQuestion, 'holds'>,
    isRestarted: boolean,
  ): Promise<Assignment[]> {
    const { state } = this.book;
    const held = new Map(holds.map((place) => [placeText(place), place.since]));
    const again: Assignment[] = [];
    for (const one of state.held.of(member)) {
      const job = state.live(one.record.job);
      if (job === null) continue;
      const place = placeText(one.record);
      if (held.has(place)) {
        this.#missing.delete(one);
        job.times.see(one.record.task, held.get(place));
      } else if (isRestarted) this.book.lose(job, one, 'its worker was started again, and does not have it');
      else if (job.isCancelled) this.book.lose(job, one, 'its job was cancelled before it began');
      else if (await this.#isMissing(one)) again.push(assignmentOf(job, one.record, one.sequence));
    }
    return again;
  }

  /** Looks after what a worker holds that is not its own as far as we know. @returns whether it was not told before */
  async hasNewStop({ member, told }: Worker, { holds }: Pick<WorkQuestion, 'holds'>): Promise<boolean> {
    const { state } = this.book;
    let isNew = false;
    for (const place of holds) {
      const { job: id, task, attempt } = place;
      if (this.isOwn(member, place) || told.has(placeText(place))) continue;
      const job = state.live(id);
      if (job?.reclaim(task, attempt, member) === true) continue;
      if (!state.has(id)) await this.book.readJob(id);
      else if (job !== null && !job.isCancelled) await this.book.readTask(id, task);
      isNew ||= !this.isOwn(member, place);
    }
    return isNew;
  }

  /** Whether it shall go on with an attempt. */
  isOwn(member: string, { job: id, task, attempt }: AttemptPlace): boolean {
    const job = this.book.state.live(id);
    const held = job?.runningOf(task)?.record;
    return job?.isCancelled === false && held?.member === member && held.attempt === attempt;
  }

  async #isMissing(held: Held): Promise<boolean> {
    const now = this.nowMs();
    const since = this.#missing.get(held) ?? now;
    this.#missing.set(held, since);
    if (now - since < missingMs) return false;
    this.#missing.set(held, now);
    // It may have ended, and the question that said so was lost.
    const isNews = await this.book.readTask(held.record.job, held.record.task);
    return !isNews && this.book.state.live(held.record.job)?.runningOf(held.record.task) === held;
  }
}
