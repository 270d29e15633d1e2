/** What becomes of a task. `resting`: it is not tried again yet. `taken`: the leader is writing its next record. */
const states = ['fresh', 'again', 'resting', 'taken', 'running', 'done', 'failed', 'stopped'] as const;
export type TaskState = (typeof states)[number];
const codeOf = Object.fromEntries(states.map((state, code) => [state, code])) as Record<TaskState, number>;

/**
 * The tasks of a job: one byte and the sequence of its record for each task that was ever given out, and nothing for the others,
 * which are `fresh`.
 */
export class TaskStates {
  #states = new Uint8Array(16);
  #sequences = new Float64Array(16);
  readonly #tally: number[];
  /** No task before this one is fresh. */
  #cursor = 0;
  #begun = 0;

  constructor(private tasks: number) {
    this.#tally = states.map((state) => (state === 'fresh' ? tasks : 0));
  }

  get total(): number {
    return this.tasks;
  }

  /** The first of the tasks that were never given out, and have no record. */
  get begun(): number {
    return this.#begun;
  }

  of(task: number): TaskState {
    return states[this.#states[task] ?? 0] ?? 'fresh';
  }

  count(...wanted: readonly TaskState[]): number {
    return wanted.reduce((sum, state) => sum + (this.#tally[codeOf[state]] ?? 0), 0);
  }

  set(task: number, state: TaskState): void {
    this.#room(task);
    this.#add(this.of(task), -1);
    this.#add(state, 1);
    this.#states[task] = codeOf[state];
    if (state === 'fresh') this.#cursor = Math.min(this.#cursor, task);
    else this.#begun = Math.max(this.#begun, task + 1);
  }

  /** Of the task's record as far as it is known; 0 for none. */
  sequenceOf(task: number): number {
    return this.#sequences[task] ?? 0;
  }

  setSequence(task: number, sequence: number): void {
    this.#room(task);
    this.#sequences[task] = sequence;
  }

  /** All tasks in a state other than `fresh`. */
  *in(wanted: Exclude<TaskState, 'fresh'>): Generator<number> {
    const code = codeOf[wanted];
    for (const [task, one] of this.#states.entries()) if (one === code) yield task;
  }

  nextFresh(): number | null {
    for (; this.#cursor < this.tasks; this.#cursor += 1)
      if (this.of(this.#cursor) === 'fresh') return this.#cursor;
    return null;
  }

  /** There are more tasks now, or fewer; not fewer than those that were given out. */
  resize(tasks: number): void {
    this.#add('fresh', tasks - this.tasks);
    this.tasks = tasks;
  }

  #add(state: TaskState, count: number): void {
    const code = codeOf[state];
    this.#tally[code] = (this.#tally[code] ?? 0) + count;
  }

  /** Tasks are assigned in order, so the arrays are as long as the part of the job that has begun. */
  #room(task: number): void {
    if (task < this.#states.length) return;
    const length = Math.min(this.tasks, Math.max(task + 1, this.#states.length * 2));
    const states = new Uint8Array(length);
    states.set(this.#states);
    this.#states = states;
    const sequences = new Float64Array(length);
    sequences.set(this.#sequences);
    this.#sequences = sequences;
  }
}
