import type { AgainGroup } from './again-tasks.js';
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
  /** Those of the queued tasks that were tried before. */
  again: readonly AgainGroup[];
  running: number;
  /** How many tasks of a service each member has, which are to be on as many devices as there are; null for other jobs. */
  spread: ReadonlyMap<string, number> | null;
  /** A number that grows with each task that is given out: that of the last one of the job, and of its user; 0 for none. */
  served: number;
  userServed: number;
}

export interface PlannedWorker extends RunsTasks {
  member: string;
  tags: readonly string[];
  /** Slots in which nothing runs; none of a worker that does not ask at the moment. */
  free: number;
  /** As many, also of one that does not ask at the moment. */
  room: number;
}

/** One task of a job for one slot of a worker. */
export interface PlannedAssignment {
  member: string;
  job: string;
  /** Where the task was tried before; null for one that never was. */
  tried: readonly string[] | null;
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
  /** Of a service: how many tasks each member has, and all members that may have some. */
  replicas: { on: Map<string, number>; eligible: readonly Free[] } | null;
  /** Those that fit, and for each what it can be given, in this order. */
  workers: { worker: Free; groups: Group[] }[];
}
interface Group {
  tried: readonly string[] | null;
  tasks: number;
}
interface Free extends PlannedWorker {
  free: number;
  room: number;
}

/** Whether a worker may run tasks of a job. */
export const fits = (
  worker: RunsTasks & { tags: readonly string[] },
  { pool, base }: Pick<JobDefinition, 'base'> & { pool: readonly string[] },
): boolean => hasTags(worker.tags, pool) && hasBase(worker, base);

export const hasTags = (tags: readonly string[], pool: readonly string[]): boolean =>
  pool.every((one) => tags.includes(one));

/**
 * What each worker can be given of a job. A task does not go to a worker on which it failed or was lost while another one is alive
 * that can have it: the worker may be the cause.
 */
function openFor(job: PlannedJob, eligible: readonly Free[]): Open['workers'] {
  const again = job.again.map(({ tried, tasks }): Group => ({ tried, tasks }));
  const fresh: Group = { tried: null, tasks: again.reduce((left, { tasks }) => left - tasks, job.queued) };
  const everywhere = again.filter(({ tried }) => eligible.every(({ member }) => tried?.includes(member)));
  return eligible
    .filter(({ free }) => free > 0)
    .map((worker) => ({
      worker,
      groups: again
        .filter((group) => everywhere.includes(group) || group.tried?.includes(worker.member) !== true)
        .concat(fresh),
    }));
}

/**
 * Fills free slots, one after the other: with a job of the user who has the fewest tasks running, and of those jobs with the one
 * that has the fewest by its weight. So a job of ten tasks does not wait for one of ten thousand, and a user with many jobs gets no
 * more than one with a single job.
 * @param workers all that are alive
 * @param runningPerUser so many tasks of a user run at the same time at most
 */
export function planAssignments(
  jobs: readonly PlannedJob[],
  workers: readonly PlannedWorker[],
  runningPerUser = Infinity,
): PlannedAssignment[] {
  const alive = workers.map((one): Free => ({ ...one }));
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
    const eligible = alive.filter((one) => fits(one, job));
    const replicas = job.spread && { on: new Map(job.spread), eligible };
    return [{ ...job, user, replicas, workers: openFor(job, eligible) }];
  });
  let served = jobs.reduce((most, one) => Math.max(most, one.userServed, one.served), 0) + 1;
  const plan: PlannedAssignment[] = [];
  for (;;) {
    for (const job of open) job.workers = job.workers.filter(canTake);
    open = open.filter((job) => job.workers.some(isNext(job)) && job.user.running < runningPerUser);
    const [first] = open;
    if (first === undefined) return plan;
    const job = open.reduce((best, one) => (order(one, best) < 0 ? one : best), first);
    const [best, ...others] = job.workers.filter(isNext(job));
    if (best === undefined) return plan;
    const { worker, groups } = others.reduce(
      (most, one) => (one.worker.free > most.worker.free ? one : most),
      best,
    );
    const group = groups.find(({ tasks }) => tasks > 0);
    if (group === undefined) return plan;
    plan.push({ member: worker.member, job: job.id, tried: group.tried });
    group.tasks -= 1;
    worker.free -= 1;
    worker.room -= 1;
    job.replicas?.on.set(worker.member, (job.replicas.on.get(worker.member) ?? 0) + 1);
    job.running += 1;
    job.user.running += 1;
    job.served = job.user.served = served;
    served += 1;
  }
}

const canTake = ({ worker, groups }: Open['workers'][number]): boolean =>
  worker.free > 0 && groups.some(({ tasks }) => tasks > 0);

/** Whether no other worker that has room has fewer replicas of a service. */
function isNext({ replicas }: Open): (one: Open['workers'][number]) => boolean {
  if (replicas === null) return () => true;
  const has = ({ member }: Free) => replicas.on.get(member) ?? 0;
  const fewest = replicas.eligible
    .filter(({ room }) => room > 0)
    .reduce((least, one) => Math.min(least, has(one)), Infinity);
  return ({ worker }) => has(worker) <= fewest;
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
