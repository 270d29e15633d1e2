import type { PlannedImages } from './image-shares.js';

/** A job that has tasks to give out, as the order of jobs sees it. */
export interface Ordered {
  id: string;
  owner: string;
  weight: number;
  submittedAt: string;
  running: number;
  served: number;
  /** Of a job with a model; null for all others. */
  images: PlannedImages | null;
  user: {
    running: number;
    served: number;
    /** When the first of the jobs was submitted that have tasks left. */
    since: string;
  };
}

/**
 * The job that is next. Jobs with a model share by images; the one of them whose turn it is stands beside the others, which share by
 * running tasks.
 */
export function nextOf<T extends Ordered>(jobs: readonly T[]): T | null {
  const byImages = first(
    jobs.filter(({ images }) => images !== null),
    byTime,
  );
  const byTasks = first(
    jobs.filter(({ images }) => images === null),
    byRunning,
  );
  if (byImages === null || byTasks === null) return byImages ?? byTasks;
  return byRunning(byImages, byTasks) < 0 ? byImages : byTasks;
}

function first<T extends Ordered>(jobs: readonly T[], order: (one: T, other: T) => number): T | null {
  return jobs.reduce<T | null>((best, one) => (best === null || order(one, best) < 0 ? one : best), null);
}

const byTime = (one: Ordered, other: Ordered): number =>
  (one.images?.time ?? 0) - (other.images?.time ?? 0) ||
  one.served - other.served ||
  compare(one.submittedAt, other.submittedAt) ||
  compare(one.id, other.id);

/**
 * Below zero if the first one is next. Of users or jobs with as many running, it is the one that was served longer ago: with a
 * single slot, nothing runs whenever it is given out.
 */
function byRunning(one: Ordered, other: Ordered): number {
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
