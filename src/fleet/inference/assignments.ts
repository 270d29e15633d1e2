import {
  type AskOptions,
  batchOf,
  type FleetJobs,
  type JobStatus,
  type WorkerStatus,
} from '../jobs/index.js';
import { batchOfTask } from './batch-of-task.js';

/** A batch that a device works on, or fetches ahead. */
export interface BatchPlace {
  /** Id of the member. */
  member: string;
  device: string;
  job: string;
  jobName: string;
  model: string;
  batch: number;
  attempt: number;
  /** Numbers of its first and last image. */
  first: number;
  last: number;
  /** When the leader gave it out, ISO 8601; null if it ended meanwhile. */
  since: string | null;
}

/** Which device works on which batch. @param wanted only of this job */
export async function batchPlaces(
  jobs: FleetJobs,
  wanted: string | undefined,
  options?: AskOptions,
): Promise<BatchPlace[]> {
  const [workers, all] = await Promise.all([
    jobs.workers(options),
    wanted === undefined ? jobs.list(options) : jobs.show(wanted, options).then((job) => [job]),
  ]);
  return Promise.all(
    planPlaces(workers, all, jobs.memberName).map(async (place) => {
      const [task] = await jobs.page(place.job, place.batch, 1, options);
      if (task === undefined) return { ...place, since: null };
      // The sizes of batches may have changed since the job was read.
      const { first, images } = batchOfTask(task);
      const since = task.attempt === place.attempt ? task.assigned_at : null;
      return { ...place, first, last: first + images - 1, since };
    }),
  );
}

/** What workers hold of inference jobs, by the names of devices. */
export function planPlaces(
  workers: readonly WorkerStatus[],
  jobs: readonly JobStatus[],
  nameOf: (member: string) => string,
): Omit<BatchPlace, 'since'>[] {
  const known = new Map(jobs.map((job) => [job.id, job]));
  return workers
    .flatMap(({ member, holds }) =>
      holds.flatMap(({ job: id, task, attempt }) => {
        const job = known.get(id);
        if (job?.inference == null) return [];
        const { model, batches } = job.inference;
        const { first, images } = batchOf(batches, task);
        const about = { member, device: nameOf(member), job: id, jobName: job.name, model: model.name };
        return [{ ...about, batch: task, attempt, first, last: first + images - 1 }];
      }),
    )
    .sort((a, b) => a.device.localeCompare(b.device) || a.job.localeCompare(b.job) || a.batch - b.batch);
}
