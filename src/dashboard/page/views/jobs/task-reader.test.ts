import { expect, it } from 'vitest';
import type { JobEntry } from '../../../live/index.js';
import { type Task, TaskReader } from './task-reader.js';

const end = {
  attempt: 1,
  member: 'a',
  outcome: 'done',
  reason: null,
  last_lines: '',
  assigned_at: '',
  ended_at: '',
};
const taskOf = (task: number, state: string): Task => ({
  task,
  state,
  parameters: {},
  attempt: null,
  member: null,
  assigned_at: null,
  started_at: null,
  ends: state === 'done' ? [end] : [],
});

/** A job of which so many tasks are done, and what a reader asks about it. */
class Asked {
  done = 0;
  failed = 0;
  isSilent = false;
  asked: number[] = [];
  known: readonly Task[] = [];
  readonly reader = new TaskReader(
    (from, limit) => {
      this.asked.push(from);
      const until = Math.min(from + limit, this.total);
      const tasks = Array.from({ length: until - from }, (_, at) =>
        taskOf(from + at, this.stateOf(from + at)),
      );
      return Promise.resolve(this.isSilent ? null : { tasks, next: until < this.total ? until : null });
    },
    (tasks) => (this.known = tasks),
  );
  constructor(public total: number) {}

  /** @returns where the parts begin that were read */
  async follow(endedMs: number | null = null): Promise<number[]> {
    this.asked = [];
    const { done, failed, total } = this;
    const counts = { queued: total - done - failed, running: 0, done, failed, cancelled: 0 };
    await this.reader.follow({ counts, endedMs, tasks: total } as JobEntry);
    return this.asked;
  }
  get states(): string[] {
    return this.known.map(({ state }) => state);
  }
  private stateOf(task: number): string {
    return task < this.done ? 'done' : task < this.done + this.failed ? 'failed' : 'queued';
  }
}

it('reads all parts at first, and then those in which tasks go on', async () => {
  const job = new Asked(2000);
  job.done = 150;
  expect(await job.follow()).toEqual([0, 100, 600, 1100, 1600]);
  expect(job.known.map(({ task }) => task)).toEqual(Array.from({ length: 2000 }, (_, task) => task));
  expect(await job.follow()).toEqual([]);
  job.done = 700;
  expect(await job.follow()).toEqual([100, 600, 1100]);
  expect(job.states.filter((state) => state === 'done')).toHaveLength(700);
  job.done = 701;
  expect(await job.follow()).toEqual([600, 1100]);
});

it('reads all parts again when a job has ended, and when tasks are tried again', async () => {
  const job = new Asked(300);
  [job.done, job.failed] = [290, 10];
  await job.follow();
  expect(await job.follow(1)).toEqual([0, 100]);
  job.failed = 0;
  expect(await job.follow()).toEqual([0, 100]);
  expect(job.states.filter((state) => state === 'queued')).toHaveLength(10);
});

it('asks again for what was not answered', async () => {
  const job = new Asked(10);
  job.isSilent = true;
  await job.follow();
  expect(job.known).toEqual([]);
  job.isSilent = false;
  expect(await job.follow()).toEqual([0]);
  expect(job.known).toHaveLength(10);
});

it('forgets tasks that a job has no more', async () => {
  const job = new Asked(800);
  await job.follow();
  [job.total, job.done] = [120, 1];
  await job.follow(1);
  expect(job.known).toHaveLength(120);
});
