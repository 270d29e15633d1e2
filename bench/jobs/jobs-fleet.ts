import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../programs.js';

/** An attempt at a task, as `collab job show --json` prints it. */
export interface ShownEnd {
  member: string;
  outcome: string;
  assigned_at: string;
  ended_at: string;
  last_lines: string;
}

/** A job, as `collab job show --json` prints it. */
export interface ShownJob {
  id: string;
  state: string;
  submitted_at: string;
  ended_at: string | null;
  counts: { done: number; running: number };
  task_list: { task: number; assigned_at: string | null; ends: ShownEnd[] }[];
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const everyMs = 500;

/** Jobs on a fleet, through the built command. */
export class JobsFleet {
  readonly #work: string;

  /** @param flags which name the fleet */
  constructor(
    readonly folder: string,
    private readonly run: (...words: string[]) => Promise<Ended>,
    private readonly flags: readonly string[] = [],
  ) {
    this.#work = join(folder, 'work');
    mkdirSync(this.#work);
    writeFileSync(join(this.#work, 'data.txt'), 'data of the job\n');
  }

  collab(...words: string[]): Promise<Ended> {
    return this.run(...words, ...this.flags);
  }

  /** The words of a command that submits a job. */
  submitting(command: readonly string[], ...flags: string[]): string[] {
    const before = ['job', 'submit', this.#work, '--json', ...this.flags, ...flags];
    return before.concat('--', command);
  }

  /** @returns its id */
  async submit(command: readonly string[], ...flags: string[]): Promise<string> {
    const { stdout } = await this.run(...this.submitting(command, ...flags));
    return (resultIn(stdout) as ShownJob).id;
  }

  async result<T>(...words: string[]): Promise<T> {
    return resultIn((await this.collab(...words, '--json')).stdout) as T;
  }

  show(id: string): Promise<ShownJob> {
    return this.result<ShownJob>('job', 'show', id);
  }

  /**
   * Waits until every task of a job is done.
   * @param restMs between two looks, each of which is a command
   * @throws Error if one is not, or none of it is left
   */
  async done(id: string, restMs = everyMs): Promise<ShownJob> {
    for (;;) {
      const job = await this.show(id);
      if (job.state === 'done') return job;
      if (job.ended_at !== null) {
        const ends = job.task_list.flatMap((task) => task.ends);
        const why = ends.find(({ outcome }) => outcome !== 'done')?.last_lines ?? '';
        throw new Error(`the job ${id} is ${job.state}: ${why}`);
      }
      await pause(restMs);
    }
  }

  /** Submits a job and waits for its end. @returns seconds in between, by the leader's clock */
  async takenS(command: readonly string[], ...flags: string[]): Promise<number> {
    const { submitted_at, ended_at } = await this.done(await this.submit(command, ...flags));
    return (Date.parse(ended_at ?? '') - Date.parse(submitted_at)) / 1000;
  }

  /** Waits until the leader has heard of so many workers. */
  async untilWorkers(count: number): Promise<void> {
    for (let found = 0; found < count; await pause(everyMs)) {
      const { workers } = await this.result<{ workers: { silent_ms: number }[] }>('job', 'assignments');
      found = workers.filter(({ silent_ms }) => silent_ms < 3000).length;
    }
  }
}

/** The result among the lines that a command prints with `--json`. */
function resultIn(stdout: string): unknown {
  for (const line of stdout.trim().split('\n')) {
    const found = JSON.parse(line) as { kind: string };
    if (found.kind === 'result') return found;
  }
  throw new Error(`no result: ${stdout.slice(0, 500)}`);
}
