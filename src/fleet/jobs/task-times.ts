import type { AttemptEnd } from './record.js';

/** Of so many attempts that ended last, it is known how long they took. */
const remembered = 8;
/**
 * A task that waits on a worker waits for the one that runs there, also when its user is a new one whose turn it would be. Behind
 * tasks this short that is no long time; and with longer ones, little is won.
 */
const shortMs = 30_000;

/** When the tasks of a job had slots of their workers. */
export class TaskTimes {
  /** Of tasks that workers hold, as far as they say it: since when they have a slot; null while they wait for one. */
  readonly #since = new Map<number, string | null>();
  #tookMs: number[] = [];
  #waiting = 0;

  /** So many wait for a slot of the worker that has them: nothing of them has run. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Undefined if its worker has not said it. */
  of(task: number): string | null | undefined {
    return this.#since.get(task);
  }

  /** @param since as its worker says it */
  see(task: number, since: string | null | undefined): void {
    this.drop(task);
    if (since === undefined) return;
    this.#since.set(task, since);
    if (since === null) this.#waiting += 1;
  }

  /** Nobody holds it any more. */
  drop(task: number): void {
    if (this.#since.get(task) === null) this.#waiting -= 1;
    this.#since.delete(task);
  }

  end({ outcome, started_at, assigned_at, ended_at }: AttemptEnd): void {
    if (outcome !== 'done' && outcome !== 'failed') return;
    const tookMs = Date.parse(ended_at) - Date.parse(started_at ?? assigned_at);
    this.#tookMs = [...this.#tookMs, tookMs].slice(-remembered);
  }

  /** Whether some have ended, and none of the last ones took long. */
  get areShort(): boolean {
    return this.#tookMs.length > 0 && this.#tookMs.every((ms) => ms <= shortMs);
  }
}
