import type { TaskRecord } from './record.js';

/** An attempt that a worker was given and of which no end is known. */
export interface Held {
  readonly record: TaskRecord;
  /** Of the record. */
  readonly sequence: number;
}

/** What each member holds, of all jobs. */
export class HeldByMember {
  readonly #held = new Map<string, Set<Held>>();

  add(held: Held): void {
    const { member } = held.record;
    const own = this.#held.get(member) ?? new Set<Held>();
    this.#held.set(member, own.add(held));
  }

  delete(held: Held): void {
    const { member } = held.record;
    const own = this.#held.get(member);
    own?.delete(held);
    if (own?.size === 0) this.#held.delete(member);
  }

  of(member: string): readonly Held[] {
    return [...(this.#held.get(member) ?? [])];
  }

  members(): readonly string[] {
    return [...this.#held.keys()];
  }
}
