import { pauseMsOf } from './service.js';

/** The replicas of a service: where they are, and which of them are not to be started again yet. */
export class Replicas {
  readonly #placed = new Map<number, string>();
  readonly #resting = new Map<number, { pauseMs: number; sinceMs: number | null }>();

  place(task: number, member: string): void {
    this.#resting.delete(task);
    this.#placed.set(task, member);
  }

  displace(task: number): void {
    this.#placed.delete(task);
  }

  /** How many each member has. */
  get spread(): ReadonlyMap<string, number> {
    const spread = new Map<string, number>();
    for (const member of this.#placed.values()) spread.set(member, (spread.get(member) ?? 0) + 1);
    return spread;
  }

  /** @param restarts as its record has them */
  rest(task: number, restarts: number): void {
    this.#resting.set(task, { pauseMs: pauseMsOf(restarts), sinceMs: null });
  }

  /** Those whose pause is over. It begins when the leader first looks, because clocks of devices differ. */
  rested(nowMs: number): number[] {
    const over: number[] = [];
    for (const [task, one] of this.#resting) {
      one.sinceMs ??= nowMs;
      if (nowMs - one.sinceMs >= one.pauseMs) over.push(task);
    }
    for (const task of over) this.#resting.delete(task);
    return over;
  }
}
