import type { Clock } from '../../events.js';
import type { Member, MemberList, Membership, MemberState } from '../membership/index.js';

/** A member whose view of the others is followed. */
export interface Observer {
  id: string;
  name: string;
  client: Membership;
}

/** An observer saw that a member changed its state. */
export interface Change {
  observer: string;
  id: string;
  state: MemberState;
  atMs: number;
}

/** For each observer, by name, after how many seconds it was so; those for which it was not in time are missing. */
export type Seen = ReadonlyMap<string, number>;

/** How soon a lost connection to a member is tried again. */
const againMs = 200;
/** Longest wait between two looks; changes are looked at when they come. */
const lookMs = 250;

/** What each member of a fleet sees of all others, followed all the time over its event stream. */
export class Views {
  readonly #changes: Change[] = [];
  readonly #lists = new Map<string, MemberList>();
  readonly #ends = new Map<string, AbortController>();
  readonly #turns: Promise<void>[] = [];
  #wake: () => void = () => undefined;

  constructor(
    private readonly observers: readonly Observer[],
    private readonly clock: Clock,
    private readonly nowMs: () => number,
  ) {}

  begin(): void {
    for (const { id } of this.observers) this.refresh(id);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.values()) end.abort();
    await Promise.all(this.#turns);
  }

  /** Forgets what an observer sees, and asks it anew: after it did not run for some time. */
  refresh(id: string): void {
    const observer = this.observers.find((one) => one.id === id);
    if (observer === undefined) return;
    this.#ends.get(id)?.abort();
    this.#lists.delete(id);
    const end = new AbortController();
    this.#ends.set(id, end);
    this.#turns.push(this.#follow(observer, end.signal));
  }

  /** Another one as an observer sees it now. */
  member(observer: string, id: string): Member | undefined {
    return this.#lists.get(observer)?.members.find((one) => one.id === id);
  }

  /** Changes of a member since a moment, as all observers saw them. */
  changes(id: string, states: readonly MemberState[], sinceMs: number): Change[] {
    return this.#changes.filter((one) => one.id === id && one.atMs >= sinceMs && states.includes(one.state));
  }

  /**
   * Waits until each of the observers sees members in a state.
   * @param fromMs from when seconds are counted
   * @param withinS how long is waited, from now
   */
  async until(
    observers: readonly { id: string; name: string }[],
    ids: readonly string[],
    states: readonly MemberState[],
    { fromMs, withinS, signal }: { fromMs: number; withinS: number; signal: AbortSignal },
  ): Promise<Seen> {
    const seen = new Map<string, number>();
    const endMs = this.nowMs() + withinS * 1000;
    for (;;) {
      signal.throwIfAborted();
      for (const { id: observer, name } of observers) {
        if (seen.has(name)) continue;
        const are = ids.every((id) => states.some((state) => state === this.member(observer, id)?.state));
        if (are) seen.set(name, Math.max(0, this.nowMs() - fromMs) / 1000);
      }
      const leftMs = endMs - this.nowMs();
      if (seen.size === observers.length || leftMs <= 0) return seen;
      await this.#changed(Math.min(leftMs, lookMs), signal);
    }
  }

  async #changed(mostMs: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    const asleep = this.clock.sleep(mostMs, AbortSignal.any([done.signal, signal]));
    await Promise.race([woken, asleep]);
    done.abort();
  }

  async #follow({ id, client }: Observer, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const list of client.watch(signal)) {
          if (isOver(signal)) return;
          this.#take(id, list);
        }
      } catch {
        // It does not answer now: that is seen by what the others say of it.
      }
      await this.clock.sleep(againMs, signal);
    }
  }

  #take(observer: string, list: MemberList): void {
    for (const { id, state } of list.members) {
      if (this.member(observer, id)?.state === state) continue;
      this.#changes.push({ observer, id, state, atMs: this.nowMs() });
    }
    this.#lists.set(observer, list);
    this.#wake();
  }
}

/** Asked by a function, because a signal that aborts meanwhile surprises the compiler. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;
