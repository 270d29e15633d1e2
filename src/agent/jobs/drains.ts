import type {
  AttemptPlace,
  DrainRecord,
  DrainStatus,
  Held,
  JobsAnswer,
  JobsQuestion,
} from '../../fleet/index.js';
import { type Asker, Refused } from '../answers.js';
import type { DrainRecords } from './fleet-records.js';
import type { JobBook } from './job-book.js';
import { placeText, type Workers } from './workers.js';

export type DrainQuestion = Extract<JobsQuestion, { kind: 'drains' | 'drain' | 'undrain' }>;

interface Parts {
  kept: DrainRecords;
  book: JobBook;
  workers: Workers;
  nowMs: () => number;
}

/** The members that get no tasks, and what becomes of the tasks that they have. */
export class Drains {
  /** When this leader first saw a drain, by its member. */
  readonly #seen = new Map<string, { record: DrainRecord; sinceMs: number }>();

  constructor(private readonly parts: Parts) {}

  has(member: string): boolean {
    return this.parts.kept.has(member);
  }

  /**
   * Moves what shall not stay: at once what waits there for a slot and replicas of services, which have no end of their own; after the
   * deadline all the rest.
   */
  async look(): Promise<void> {
    const { kept, book } = this.parts;
    for (const drain of kept.all) {
      const all = book.state.held.of(drain.member);
      const isOver = this.#isOver(drain);
      const back = all.filter(({ record }) => isOver || book.state.live(record.job)?.isService === true);
      await Promise.all(back.map((held) => this.#takeBack(held)));
    }
    const waiting = book.state.waiting().filter(({ member }) => this.has(member));
    for (const { member, place } of waiting) this.parts.workers.of(member).askBack(place);
  }

  /** All users see who is drained; admins change it. */
  async answer({ name, isAdmin }: Asker, question: DrainQuestion): Promise<JobsAnswer> {
    const { kept, book } = this.parts;
    if (question.kind === 'drains')
      return { kind: 'drains', drains: kept.all.map((one) => this.#status(one)) };
    if (!isAdmin)
      throw new Refused('drain-admins-only', 'only admins of the fleet say which members get tasks');
    const { member } = question;
    if (question.kind === 'undrain') {
      const undone = await kept.remove(member);
      this.#seen.delete(member);
      return { kind: 'drains', drains: undone === null ? [] : [this.#status(undone)] };
    }
    const drain = { member, by: name, drained_at: book.now(), deadline_s: question.deadline_s };
    await kept.set(member, drain);
    await this.look();
    return { kind: 'drains', drains: [this.#status(drain)] };
  }

  /** Writes that nothing counts of an attempt: its task is queued again. Its worker is told to stop it. */
  async #takeBack({ record, sequence }: Held): Promise<void> {
    const { book, workers } = this.parts;
    if (book.state.live(record.job)?.isCancelled !== false) return;
    // If it has ended meanwhile, that counts.
    if ((await book.writeTask({ ...record, state: 'ended' }, sequence)) !== null)
      workers.of(record.member).endWaiting();
  }

  /** Clocks of leaders may differ: also counted from when this one first saw it, so that no clock makes it later than that. */
  #isOver(record: DrainRecord): boolean {
    const nowMs = this.parts.nowMs();
    const known = this.#seen.get(record.member);
    const sinceMs = known?.record.drained_at === record.drained_at ? known.sinceMs : nowMs;
    this.#seen.set(record.member, { record, sinceMs });
    if (record.deadline_s === null) return false;
    const passedMs = Date.parse(this.parts.book.now()) - Date.parse(record.drained_at);
    return Math.max(passedMs, nowMs - sinceMs) >= record.deadline_s * 1000;
  }

  #status(record: DrainRecord): DrainStatus {
    const { member, drained_at: drainedAt, deadline_s: deadlineS } = record;
    const deadlineMs = deadlineS === null ? null : Date.parse(drainedAt) + deadlineS * 1000;
    return {
      ...record,
      deadline_at: deadlineMs === null ? null : new Date(deadlineMs).toISOString(),
      holds: this.#holdsOf(member),
    };
  }

  /** What its worker says that it holds, and what it was given and may not have heard of. */
  #holdsOf(member: string): AttemptPlace[] {
    const { book, workers, nowMs } = this.parts;
    const said = workers.isLost(member, nowMs()) ? [] : workers.of(member).holds;
    const all = [...said, ...book.state.held.of(member).map(({ record }) => record)];
    const places = all.map(({ job, task, attempt }) => ({ job, task, attempt }));
    return [...new Map(places.map((place) => [placeText(place), place])).values()];
  }
}
