import { type AskOptions, type FleetJobs, type JobStatus, notYourFiles } from '../jobs/index.js';
import { checkInference } from './inference-of.js';
import { type BatchResult, type MissingImages, readResults } from './results.js';

/** What is there of a job's results. */
export interface JobResults {
  job: JobStatus;
  /** Batch by batch, in the order of the images. Read once. */
  batches: AsyncIterable<BatchResult>;
}

/**
 * The results of an inference job, of all its batches that are done until now.
 * @throws CollabError `infer-other-job`, `job-not-yours`, those of `FleetJobs.show`, and while it is read those of `readResults`
 */
export async function jobResults(jobs: FleetJobs, wanted: string, options?: AskOptions): Promise<JobResults> {
  const job = await jobs.show(wanted, options);
  checkInference(job);
  if (job.owner !== jobs.user) throw notYourFiles(job.id, job.owner);
  const reading = { nameOf: jobs.memberName, signal: options?.signal };
  return { job, batches: readResults(jobs.store.files, job, jobs.tasks(job.id, options), reading) };
}

/** How many images are missing, and of which batches, in words: `8 images of 2 batches that wait (2, 3)`. */
export function missingText(missing: readonly MissingImages[]): string {
  const states = [...new Set(missing.map(({ state }) => state))];
  const parts = states.map((state) => {
    const those = missing.filter((batch) => batch.state === state);
    const shown = those.slice(0, shownAtMost).map(({ batch }) => batch);
    const more = those.length - shown.length;
    const images = those.reduce((sum, batch) => sum + batch.images, 0);
    const whole = `${images} ${images === 1 ? 'image' : 'images'} of ${those.length === 1 ? 'a batch' : `${those.length} batches`}`;
    return `${whole} that ${(those.length === 1 ? one : many)[state]} (${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''})`;
  });
  return parts.join('; ');
}
const shownAtMost = 10;
type InWords = Readonly<Record<MissingImages['state'], string>>;
const one: InWords = {
  queued: 'waits',
  running: 'runs',
  failed: 'failed',
  cancelled: 'was cancelled',
  done: 'is done',
};
const many: InWords = {
  queued: 'wait',
  running: 'run',
  failed: 'failed',
  cancelled: 'were cancelled',
  done: 'are done',
};
