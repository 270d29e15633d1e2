import type { JobEntry } from '../../../live/index.js';

/** A task as the API gives it. */
export interface Task {
  readonly task: number;
  readonly state: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly attempt: number | null;
  readonly member: string | null;
  readonly assigned_at: string | null;
  readonly started_at: string | null;
  readonly ends: readonly {
    readonly attempt: number;
    readonly member: string;
    readonly outcome: string;
    readonly reason: string | null;
    readonly last_lines: string;
    readonly assigned_at: string;
    readonly started_at?: string;
    readonly ended_at: string;
  }[];
}

export interface TaskPage {
  readonly tasks: readonly Task[];
  /** First task of the next page; null after the last one. */
  readonly next: number | null;
}

interface Part extends TaskPage {
  readonly from: number;
}

/** The first rows are there at once; the others follow. */
const firstSize = 100;
const partSize = 500;
/** After so many parts of a whole reading they are told: each time, all of them are drawn. */
const toldEvery = 5;

/** Reads the tasks of a job in parts, and afterwards only the parts that may have changed. */
export class TaskReader {
  readonly #parts: Part[] = [];
  #read: Pick<JobEntry, 'counts' | 'endedMs' | 'tasks'> | null = null;

  constructor(
    /** @returns null if it was not answered */
    private readonly ask: (from: number, limit: number) => Promise<TaskPage | null>,
    /** Called with all tasks that are known, now and then while they are read. */
    private readonly tell: (tasks: readonly Task[]) => void,
  ) {}

  /** Reads what has changed since the last time, as the state of the job tells. */
  async follow({ counts, endedMs, tasks }: JobEntry): Promise<void> {
    const now = { counts, endedMs, tasks };
    const before = this.#read;
    if (before !== null && JSON.stringify(before) === JSON.stringify(now)) return;
    // Tasks that had ended are tried again, or the job has ended and nothing may be missed.
    const isWhole = before === null || endedMs !== null || endedOf(counts) < endedOf(before.counts);
    if (await this.#readParts(isWhole)) this.#read = now;
  }

  /** @returns false if it was not answered */
  async #readParts(isWhole: boolean): Promise<boolean> {
    for (let [at, from]: [number, number | null] = [0, 0]; from !== null; at += 1) {
      let part = this.#parts[at];
      // Batches of images may change, so that a part begins elsewhere.
      if (isWhole || part?.from !== from || !part.tasks.every(hasEnded)) {
        const answer = await this.ask(from, at === 0 ? firstSize : partSize);
        if (answer === null) return false;
        part = { ...answer, from };
        this.#parts[at] = part;
        if (part.next === null) this.#parts.length = at + 1;
        else if (isWhole && at % toldEvery === 0) this.#tellAll();
      }
      // Tasks begin in order: behind a part of which none has begun, none has.
      if (!isWhole && part.tasks.every(isFresh)) break;
      from = part.next;
    }
    this.#tellAll();
    return true;
  }

  #tellAll(): void {
    this.tell(this.#parts.flatMap(({ tasks }) => tasks));
  }
}

const endedOf = ({ done, failed, cancelled }: JobEntry['counts']): number => done + failed + cancelled;
const hasEnded = ({ state }: Task): boolean => state !== 'queued' && state !== 'running';
const isFresh = ({ state, ends }: Task): boolean => state === 'queued' && ends.length === 0;
