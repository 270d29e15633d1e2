import type { AgainGroup } from './again-tasks.js';
import { hasBase, type RunsTasks } from './base.js';
import type { PlannedImages } from './image-shares.js';
import { nextOf, type Ordered } from './job-order.js';
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
  /** Whether its tasks take so little time that one may wait for the end of another. */
  isShort: boolean;
  /** How many tasks of a service each member has, which are to be on as many devices as there are; null for other jobs. */
  spread: ReadonlyMap<string, number> | null;
  /** A number that grows with each task that is given out: that of the last one of the job, and of its user; 0 for none. */
  served: number;
  userServed: number;
  /** Its turn among the jobs with a model that have batches left and somebody who can take them; null for all others. */
  images: PlannedImages | null;
}

export interface PlannedWorker extends RunsTasks {
  member: string;
  tags: readonly string[];
  /** Slots in which nothing runs; none of a worker that does not ask at the moment. */
  free: number;
  /** As many, also of one that does not ask at the moment. */
  room: number;
  /** All that it has. */
  slots: number;
  /** Slots in which no tasks but batches of images run, and how many of these it has. */
  batchSlots: number;
  batches: number;
  /** Batches that it may hold beyond its slots, whose images come while it works on others. */
  ahead: number;
  /** Tasks that it may get beyond its slots, and makes ready there. */
  tasksAhead: number;
}

/** One task of a job for one slot of a worker. */
export interface PlannedAssignment {
  member: string;
  job: string;
  /** Where the task was tried before; null for one that never was. */
  tried: readonly string[] | null;
}

type Open = PlannedJob &
  Ordered & {
    /** All that may have some of its tasks. */
    eligible: readonly Free[];
    /** Of a service: how many tasks each member has. */
    replicas: { on: Map<string, number> } | null;
    /** Those that fit, and for each what it can be given, in this order. */
    workers: Candidate[];
  };
interface Candidate {
  worker: Free;
  groups: Group[];
}
interface Group {
  tried: readonly string[] | null;
  tasks: number;
}
interface Free extends PlannedWorker {
  free: number;
  room: number;
  batches: number;
  ahead: number;
  tasksAhead: number;
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
function openFor(job: PlannedJob, eligible: readonly Free[]): Candidate[] {
  const again = job.again.map(({ tried, tasks }): Group => ({ tried, tasks }));
  const fresh: Group = { tried: null, tasks: again.reduce((left, { tasks }) => left - tasks, job.queued) };
  const everywhere = again.filter(({ tried }) => eligible.every(({ member }) => tried?.includes(member)));
  return eligible
    .filter(({ free, ahead, tasksAhead }) => free > 0 || ahead > 0 || tasksAhead > 0)
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
 * more than one with a single job. Jobs with a model take turns by images: `ImageShares`.
 *
 * Then workers that have a batch in each slot that is left to batches get one more, if no slot is free for it elsewhere, and no other
 * task waits that they could run.
 *
 * Workers whose slots are taken get tasks ahead (`fillAhead`), so that the next one begins at once.
 * @param workers all that are alive
 * @param runningPerUser so many tasks of a user run at the same time at most
 */
export function planAssignments(
  jobs: readonly PlannedJob[],
  workers: readonly PlannedWorker[],
  runningPerUser = Infinity,
): PlannedAssignment[] {
  const alive = workers.map((one): Free => ({ ...one }));
  const users = new Map<string, Ordered['user']>();
  for (const { owner, running, queued, submittedAt, userServed } of jobs) {
    const user = users.get(owner) ?? { running: 0, served: userServed, since: '~' };
    user.running += running;
    if (queued > 0 && submittedAt < user.since) user.since = submittedAt;
    users.set(owner, user);
  }
  const open = jobs.flatMap((job): Open[] => {
    const user = users.get(job.owner);
    if (user === undefined || job.queued === 0) return [];
    const eligible = alive.filter((one) => fits(one, job));
    const replicas = job.spread && { on: new Map(job.spread) };
    const images = job.images && { ...job.images };
    return [{ ...job, images, user, replicas, eligible, workers: openFor(job, eligible) }];
  });
  const plan: PlannedAssignment[] = [];
  fill(open, 'free', { plan, runningPerUser });
  const waiting = open.filter(
    ({ images, queued, user }) => images === null && queued > 0 && user.running < runningPerUser,
  );
  for (const worker of alive)
    if (worker.free > 0 || worker.batches === 0 || waiting.some(({ eligible }) => eligible.includes(worker)))
      worker.ahead = 0;
  const batches = open.filter(({ images }) => images !== null);
  fill(batches, 'ahead', { plan, runningPerUser });
  fillAhead(open, alive, { plan, runningPerUser });
  return plan;
}

/** Gives out tasks while there are some, and room for them. @param to adds to this plan */
function fill(
  jobs: readonly Open[],
  kind: 'free' | 'ahead',
  { plan, runningPerUser }: { plan: PlannedAssignment[]; runningPerUser: number },
): void {
  const give = giverFor(jobs, plan);
  const canTake = ({ worker, groups }: Candidate): boolean =>
    worker[kind] > 0 && groups.some(({ tasks }) => tasks > 0);
  let open = jobs.filter(({ workers }) => workers.some(canTake));
  for (;;) {
    open = open.filter(
      (job) =>
        job.workers.some((one) => canTake(one) && isNext(job)(one)) &&
        job.user.running < runningPerUser &&
        (kind === 'free' || job.queued > roomFor(job)),
    );
    const job = nextOf(open);
    const [best, ...others] = job?.workers.filter((one) => canTake(one) && isNext(job)(one)) ?? [];
    if (job === null || best === undefined) return;
    const most = others.reduce((one, other) => (other.worker[kind] > one.worker[kind] ? other : one), best);
    give(job, most, kind);
    most.worker.room -= kind === 'free' ? 1 : 0;
    most.worker.batches += job.images === null ? 0 : 1;
  }
}

/**
 * Gives each worker whose slots are taken what it would get if they were free now: the next task of the job whose turn it is. If that
 * job's tasks may not wait (`mayWait`), it gets none, so that its next free slot is for that job.
 */
function fillAhead(
  jobs: readonly Open[],
  workers: readonly Free[],
  { plan, runningPerUser }: { plan: PlannedAssignment[]; runningPerUser: number },
): void {
  const give = giverFor(jobs, plan);
  let open = workers.filter(({ free, tasksAhead }) => free === 0 && tasksAhead > 0);
  for (;;) {
    const [first, ...others] = open;
    if (first === undefined) return;
    const worker = others.reduce((one, other) => (other.tasksAhead > one.tasksAhead ? other : one), first);
    const can = (one: Candidate) => one.worker === worker && one.groups.some(({ tasks }) => tasks > 0);
    const job = nextOf(
      jobs.filter((one) => one.user.running < runningPerUser && one.queued > 0 && one.workers.some(can)),
    );
    const candidate = job?.workers.find(can);
    if (job !== null && candidate !== undefined && mayWait(job)) give(job, candidate, 'tasksAhead');
    else worker.tasksAhead = 0;
    open = open.filter(({ tasksAhead }) => tasksAhead > 0);
  }
}

/**
 * Whether a task of a job may wait on a worker: only while more of them are queued than its workers have slots. So none waits near the
 * end of a job, when another worker could soon begin it, and each of these workers still finds one in the queue.
 */
const mayWait = ({ images, replicas, isShort, queued, eligible }: Open): boolean =>
  images === null &&
  replicas === null &&
  isShort &&
  queued > eligible.reduce((sum, { slots }) => sum + slots, 0);

/** Puts tasks into a plan. */
function giverFor(jobs: readonly Open[], plan: PlannedAssignment[]) {
  let served = jobs.reduce((most, one) => Math.max(most, one.userServed, one.user.served, one.served), 0) + 1;
  return (job: Open, { worker, groups }: Candidate, kind: 'free' | 'ahead' | 'tasksAhead'): void => {
    const group = groups.find(({ tasks }) => tasks > 0);
    if (group === undefined) return;
    plan.push({ member: worker.member, job: job.id, tried: group.tried });
    group.tasks -= 1;
    worker[kind] -= 1;
    job.replicas?.on.set(worker.member, (job.replicas.on.get(worker.member) ?? 0) + 1);
    job.queued -= 1;
    job.running += 1;
    if (job.images !== null) job.images.time += job.images.perBatch;
    job.user.running += 1;
    job.served = job.user.served = served;
    served += 1;
  };
}

/** Slots in which nothing runs, and whose workers are about to ask. */
const roomFor = ({ eligible }: Open): number =>
  eligible.reduce((sum, { room }) => sum + Math.max(0, room), 0);

/** Whether no other worker that has room has fewer replicas of a service. */
function isNext({ replicas, eligible }: Open): (one: Candidate) => boolean {
  if (replicas === null) return () => true;
  const has = ({ member }: Free) => replicas.on.get(member) ?? 0;
  const fewest = eligible
    .filter(({ room }) => room > 0)
    .reduce((least, one) => Math.min(least, has(one)), Infinity);
  return ({ worker }) => has(worker) <= fewest;
}
