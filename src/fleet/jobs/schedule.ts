import { hasBase, type RunsTasks } from './base.js';
import type { JobDefinition } from './record.js';

/** A job as the plan sees it. */
export interface PlannedJob {
  id: string;
  owner: string;
  weight: number;
  /** Tags that a worker must have. */
  pool: readonly string[];
  base: JobDefinition['base'];
  submittedAt: string;
  queued: number;
  running: number;
  /** A number that grows with each task that is given out: that of the last one of the job, and of its user; 0 for none. */
  served: number;
  userServed: number;
}

export interface PlannedWorker extends RunsTasks {
  member: string;
  tags: readonly string[];
  /** Slots in which nothing runs. */
  free: number;
}

/** One task of a job for one slot of a worker. */
export interface PlannedAssignment {
  member: string;
  job: string;
}

interface User {
  owner: string;
  running: number;
  served: number;
  /** When the first of the jobs was submitted that have tasks left. */
  since: string;
}
interface Open extends PlannedJob {
  user: User;
  /** Those that fit. */
  workers: Free[];
}
interface Free extends PlannedWorker {
  free: number;
}

/** Whether a worker may run tasks of a job. */
export const fits = (
  worker: RunsTasks & { tags: readonly string[] },
  { pool, base }: Pick<JobDefinition, 'base'> & { pool: readonly string[] },
): boolean => hasTags(worker.tags, pool) && hasBase(worker, base);

export const hasTags = (tags: readonly string[], pool: readonly string[]): boolean =>
  pool.every((one) => tags.includes(one));

/**
 * Fills free slots, one after the other: with a job of the user who has the fewest tasks running, and of those jobs with the one
 * that has the fewest by its weight. So a job of ten tasks does not wait for one of ten thousand, and a user with many jobs gets no
 * more than one with a single job.
 */
export function planAssignments(
  jobs: readonly PlannedJob[],
  workers: readonly PlannedWorker[],
): PlannedAssignment[] {
  const free = workers.filter((one) => one.free > 0).map((one): Free => ({ ...one }));
  const users = new Map<string, User>();
  for (const { owner, running, queued, submittedAt, userServed } of jobs) {
    const user = users.get(owner) ?? { owner, running: 0, served: userServed, since: '~' };
    user.running += running;
    if (queued > 0 && submittedAt < user.since) user.since = submittedAt;
    users.set(owner, user);
  }
  let open = jobs.flatMap((job): Open[] => {
    const user = users.get(job.owner);
    if (user === undefined || job.queued === 0) return [];
    return [{ ...job, user, workers: free.filter((one) => fits(one, job)) }];
  });
  let served = jobs.reduce((most, one) => Math.max(most, one.userServed, one.served), 0) + 1;
  const plan: PlannedAssignment[] = [];
  for (;;) {
    open = open.filter((job) => job.queued > 0 && job.workers.some((one) => one.free > 0));
    const [first] = open;
    if (first === undefined) return plan;
    const job = open.reduce((best, one) => (order(one, best) < 0 ? one : best), first);
    const worker = job.workers.reduce((best, one) => (one.free > best.free ? one : best));
    plan.push({ member: worker.member, job: job.id });
    worker.free -= 1;
    job.queued -= 1;
    job.running += 1;
    job.user.running += 1;
    job.served = job.user.served = served;
    served += 1;
  }
}

/**
 * Below zero if the first one is next. Of users or jobs with as many running, it is the one that was served longer ago: with a
 * single slot, nothing runs whenever it is given out.
 */
function order(one: Open, other: Open): number {
  return (
    one.user.running - other.user.running ||
    one.user.served - other.user.served ||
    compare(one.user.since, other.user.since) ||
    compare(one.owner, other.owner) ||
    one.running / one.weight - other.running / other.weight ||
    one.served - other.served ||
    compare(one.submittedAt, other.submittedAt) ||
    compare(one.id, other.id)
  );
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
