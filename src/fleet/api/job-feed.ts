import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { JobStatus } from '../jobs/index.js';
import type { SentEvent } from './endpoint.js';

const pollMs = 1000;
/** Events that a client may have missed and still gets one by one. */
const keptAtMost = 5000;

interface Change {
  number: number;
  job: JobStatus;
}

/**
 * What happens to jobs, for any number of clients. While there is one, the leader is asked each second for all jobs, and what
 * differs from the last answer is an event. Each event has the whole state of a job, so that nobody has to add events up.
 */
export class JobFeed {
  readonly #changes: Change[] = [];
  /** The text of each job as it was last told. */
  readonly #told = new Map<string, string>();
  #jobs: readonly JobStatus[] = [];
  #last = 0;
  #followers = 0;
  #polling: AbortController | null = null;
  readonly #waiting = new Set<(fault: Error | null) => void>();

  constructor(
    private readonly list: (signal: AbortSignal) => Promise<readonly JobStatus[]>,
    private readonly clock: Clock,
    /** In the ids of events: those of another feed say nothing here. */
    private readonly session: string,
  ) {}

  /**
   * The state of each job that has not ended, and then every change. After an id of this feed, only what came later. After any other id,
   * all jobs, because some may have ended meanwhile.
   * @param after id of the last event that the client has; null if it has none
   * @param only id of the only job that is told of
   * @throws CollabError of the list, unless it passes
   */
  async *follow(
    { after, only }: { after: string | null; only: string | null },
    signal: AbortSignal,
  ): AsyncGenerator<SentEvent> {
    this.#followers += 1;
    try {
      let seen = this.#numberOf(after);
      if (this.#polling === null) this.#start();
      for (let isFirst = true; !signal.aborted; isFirst = false) {
        if (isFirst && seen === null) await this.#polled(signal);
        if (seen === null || !this.#has(seen)) {
          const all = after !== null || only !== null || !isFirst;
          const jobs = this.#jobs.filter((job) => isMeant(job, only) && (all || job.ended_at === null));
          const number = this.#last;
          seen = number;
          // Who has seen some of them only gets all again.
          for (const [at, job] of jobs.entries())
            yield this.#event(at === jobs.length - 1 ? number : 'some', job);
        }
        for (const { number, job } of this.#changes.filter((one) => one.number > (seen ?? 0))) {
          seen = number;
          if (isMeant(job, only)) yield this.#event(number, job);
        }
        if (seen === this.#last) await this.#polled(signal);
      }
    } finally {
      this.#followers -= 1;
      if (this.#followers === 0) {
        this.#polling?.abort();
        this.#polling = null;
      }
    }
  }

  #start(): void {
    const polling = new AbortController();
    this.#polling = polling;
    void this.#poll(polling.signal);
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let fault: Error | null = null;
      try {
        const jobs = await this.list(signal);
        // A poll that was given up may answer after another one.
        if (isOver(signal)) return;
        this.#take(jobs);
      } catch (error) {
        if (isOver(signal)) return;
        if (!passes(error)) fault = error instanceof Error ? error : new Error(messageOf(error));
      }
      for (const wake of [...this.#waiting]) wake(fault);
      await this.clock.sleep(pollMs, signal);
    }
  }

  #take(jobs: readonly JobStatus[]): void {
    // The oldest first, so that what came first is told first.
    this.#jobs = [...jobs].sort((a, b) => (a.id < b.id ? -1 : 1));
    const known = new Set(jobs.map(({ id }) => id));
    for (const id of this.#told.keys()) if (!known.has(id)) this.#told.delete(id);
    for (const job of this.#jobs) {
      const text = JSON.stringify(job);
      if (this.#told.get(job.id) === text) continue;
      this.#told.set(job.id, text);
      this.#last += 1;
      this.#changes.push({ number: this.#last, job });
    }
    this.#changes.splice(0, this.#changes.length - keptAtMost);
  }

  /** Whether all that came after this one is still kept. */
  #has(number: number): boolean {
    return number === this.#last || (this.#changes[0]?.number ?? Infinity) <= number + 1;
  }

  #numberOf(id: string | null): number | null {
    if (id?.startsWith(`${this.session}-`) !== true) return null;
    const number = Number(id.slice(this.session.length + 1));
    return Number.isInteger(number) && number >= 0 && number <= this.#last ? number : null;
  }

  #event(number: number | 'some', job: JobStatus): SentEvent {
    return { id: `${this.session}-${number}`, event: 'job', data: job };
  }

  /** Resolves after the next answer of the leader, or when the signal aborts. */
  #polled(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (error: Error | null) => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', abort);
        if (error === null) resolve();
        else reject(error);
      };
      const abort = () => wake(null);
      this.#waiting.add(wake);
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
    });
  }
}

const isMeant = ({ id }: JobStatus, only: string | null): boolean => only === null || id === only;

/** A new leader is found after some seconds, so clients just hear nothing meanwhile. */
const passes = (error: unknown): boolean =>
  error instanceof CollabError &&
  error.name !== 'store-refused' &&
  error.exitCode === ExitCode.deviceUnreachable;

/** A call, so that the compiler does not take it for unchanged after an `await`. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;
