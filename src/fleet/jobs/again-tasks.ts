/** Queued tasks of a job that were tried before, all on the same members. */
export interface AgainGroup {
  /** Members on which attempts failed or were lost, sorted; empty if none did. */
  tried: readonly string[];
  tasks: number;
}

/** The tasks of a job that are to be tried again, by the members on which they should not run a second time. */
export class AgainTasks {
  /** By the members, as text. */
  readonly #groups = new Map<string, { tried: readonly string[]; tasks: Set<number> }>();
  readonly #triedOn = new Map<number, readonly string[]>();

  /** Attempts at a task failed or were lost on these members. */
  setTried(task: number, members: readonly string[]): void {
    const isQueued = this.delete(task);
    if (members.length === 0) this.#triedOn.delete(task);
    else this.#triedOn.set(task, [...new Set(members)].sort());
    if (isQueued) this.add(task);
  }

  /** It has ended: where it was tried does not matter any more. */
  forget(task: number): void {
    this.setTried(task, []);
    this.delete(task);
  }

  add(task: number): void {
    const tried = this.#triedOn.get(task) ?? [];
    const group = this.#groups.get(tried.join()) ?? { tried, tasks: new Set() };
    this.#groups.set(tried.join(), group);
    group.tasks.add(task);
  }

  /** @returns whether it was there */
  delete(task: number): boolean {
    const key = (this.#triedOn.get(task) ?? []).join();
    const tasks = this.#groups.get(key)?.tasks;
    const isThere = tasks?.delete(task) === true;
    if (tasks?.size === 0) this.#groups.delete(key);
    return isThere;
  }

  get groups(): readonly AgainGroup[] {
    return [...this.#groups.values()].map(({ tried, tasks }) => ({ tried, tasks: tasks.size }));
  }

  /** The first task of a group, which stays in it; null if it has none. */
  firstOf(tried: readonly string[]): number | null {
    const [first = null] = this.#groups.get(tried.join())?.tasks ?? [];
    return first;
  }
}
