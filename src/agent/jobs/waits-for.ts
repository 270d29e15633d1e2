import {
  defaultBase,
  fits,
  hasBase,
  hasTags,
  type LiveJob,
  type PlannedWorker,
  type RunsTasks,
} from '../../fleet/index.js';

/** What the leader knows when it says why nothing of a job runs. */
export interface Waited {
  /** Workers that are alive, with what jobs may ask of them, and their slots for what the job has: tasks or replicas. */
  workers: readonly PlannedWorker[];
  /** Those that are alive and get no tasks. */
  drained: readonly PlannedWorker[];
  nameOf: (member: string) => string;
  /** Members that the membership does not take for alive. */
  away: number;
  isPool: (word: string) => boolean;
  /** Tasks of the job's owner; for a service, replicas. */
  running: () => number;
  /** Of these, so many may run; null: any number. */
  runningPerUser: number | null;
}

/** Why no task of a job is given out, if something is in the way; otherwise null. */
export function waitsFor(
  { isCancelled, isService, queued, counts, record, again, times }: LiveJob,
  { workers, drained, nameOf, away, isPool, running, runningPerUser }: Waited,
): string | null {
  if (isCancelled || queued + times.waiting === 0 || (counts.running > 0 && !isService)) return null;
  const { pool, base } = record.definition;
  const fitting = (all: readonly PlannedWorker[]) => all.filter((one) => fits(one, { pool, base }));
  const eligible = fitting(workers);
  const couldRun = fitting(drained);
  if (eligible.length === 0 && couldRun.length > 0)
    return `only drained workers could run it: ${couldRun.map(({ member }) => nameOf(member)).join(', ')}`;
  if (workers.length === 0)
    return away === 0 ? 'no worker is there' : `no worker is there: ${away} suspect, failed, or gone`;
  const inPool = workers.filter(({ tags }) => hasTags(tags, pool));
  if (inPool.length === 0) return `no worker ${missing(pool, isPool)}`;
  if (eligible.length === 0) return `no worker has the base image ${base?.name ?? defaultBase}`;
  if (runningPerUser !== null && running() >= runningPerUser)
    return `${running()} ${isService ? 'replicas' : 'tasks'} of ${record.owner} run, and ${runningPerUser} may at the same time`;
  // It is about to be given one.
  if (isService && eligible.some(({ room }) => room > 0)) return null;
  const isTriedOn = (member: string) => again.every(({ tried }) => tried.includes(member));
  const isAllAgain = again.reduce((sum, { tasks }) => sum + tasks, 0) === queued;
  const free = eligible.filter((one) => one.free > 0);
  if (isAllAgain && free.length > 0 && free.every(({ member }) => isTriedOn(member)))
    return 'its tasks failed on the workers that are free, and wait for another one';
  return isService
    ? 'its workers have as many replicas as they run (jobs.replicas in fleet.yaml)'
    : 'all slots of its workers are taken';
}

/** Whether a job has tasks that a worker could run if it had the job's base image. @param words what jobs may ask of it */
export function lacksBase(worker: RunsTasks, words: readonly string[], jobs: Iterable<LiveJob>): boolean {
  for (const { queued, record } of jobs) {
    const { pool, base } = record.definition;
    if (queued > 0 && hasTags(words, pool) && !hasBase(worker, base)) return true;
  }
  return false;
}

/** `is in the pool cameras and has the tags x, y` */
function missing(words: readonly string[], isPool: (word: string) => boolean): string {
  const pools = words.filter(isPool);
  const tags = words.filter((word) => !isPool(word));
  const parts: string[] = [];
  if (pools.length > 0) parts.push(`is in the ${pools.length === 1 ? 'pool' : 'pools'} ${pools.join(', ')}`);
  if (tags.length > 0) parts.push(`has the ${tags.length === 1 ? 'tag' : 'tags'} ${tags.join(', ')}`);
  return parts.join(' and ');
}
