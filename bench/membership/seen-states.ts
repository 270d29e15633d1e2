/** What each of several observers says about the members of a fleet, and waits for that. */
export class SeenStates {
  readonly #states = new Map<string, Map<string, string>>();
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  set(observer: string, member: string, state: string): void {
    const seen = this.#states.get(observer) ?? new Map<string, string>();
    this.#states.set(observer, seen);
    if (seen.get(member) === state) return;
    seen.set(member, state);
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
    for (const check of this.#waiting) check();
  }

  /** Forgets what an observer said: it is no longer asked. */
  forget(observer: string): void {
    this.#states.delete(observer);
  }

  /** How often an observer began to see a member in this state. */
  count(state: string): number {
    return this.#counts.get(state) ?? 0;
  }

  /** Resolves when all these observers see the member in this state. @throws Error after a limit */
  async allSee(
    observers: readonly string[],
    member: string,
    state: string,
    limitMs = 120_000,
  ): Promise<void> {
    const fulfilled = () =>
      observers.every((observer) => observer === member || this.#states.get(observer)?.get(member) === state);
    if (fulfilled()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`not all see ${member} as ${state} after ${limitMs / 1000} s`));
      }, limitMs);
      const check = () => {
        if (!fulfilled()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }
}
