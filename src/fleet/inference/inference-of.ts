import { CollabError, ExitCode } from '../../errors.js';
import type { JobStatus } from '../jobs/index.js';

/** @throws CollabError `infer-other-job` for a job that runs no images through a model */
export function checkInference(job: JobStatus): void {
  if (job.inference === null) throw otherJob(job);
}

export function otherJob({ id, name }: JobStatus): CollabError {
  return new CollabError('infer-other-job', {
    what: `The job ${name} (${id}) runs no images through a model.`,
    why: 'It was submitted with collab job.',
    next: `Ask with collab job, e.g. collab job show ${id}. Inference jobs are made by collab infer submit.`,
    exitCode: ExitCode.usage,
  });
}
