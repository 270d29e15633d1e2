import type { FleetJobs } from './fleet-jobs.js';
import { readJobFile } from './job-file.js';
import { checkRequirements, openInputs } from './job-inputs.js';
import { type JobSource, openJobSource } from './job-source.js';
import type { JobActs } from './jobs-context.js';
import type { JobStatus } from './questions.js';
import type { JobDefinition } from './record.js';
import { jobDefinitionOf, type WrittenJob } from './written-job.js';

/** What is written of a job: in its job.yaml, if there is one, and by flags, which come first. */
export interface DescribedJob {
  readonly file: WrittenJob | null;
  readonly definition: JobDefinition;
}

export interface Submitting {
  readonly jobs: FleetJobs;
  /** Gets the base image of the job to where it may run. */
  readonly baseOf: (definition: JobDefinition) => Promise<JobDefinition['base']>;
  readonly acts: JobActs;
}

export async function describedJob(source: JobSource, written: WrittenJob): Promise<DescribedJob> {
  const file = await readJobFile(source);
  return { file, definition: jobDefinitionOf(source.name, file, written) };
}

/** Submits a job with the files of an open source and its inputs. */
export async function submitSource(
  source: JobSource,
  { file, definition }: DescribedJob,
  { inputs }: WrittenJob,
  { jobs, baseOf, acts }: Submitting,
): Promise<JobStatus> {
  const options = { store: jobs.store.files, signal: acts.signal };
  await using files = await openInputs(source, { written: file?.inputs, flags: inputs }, options);
  checkRequirements(definition, files.tree);
  const base = await baseOf(definition);
  return await jobs.submit({ tree: files.tree, definition: { ...definition, base } }, acts);
}

/**
 * Submits a job with the files of a zip file, as the page of a dashboard sends it.
 * @param command a line for `sh`; null: what the job.yaml in it says
 * @returns the id of the job
 */
export async function submitZip(
  zip: string,
  { name, command, pool }: { name: string | null; command: string | null; pool: readonly string[] },
  submitting: Submitting,
): Promise<string> {
  const written = {
    name: name ?? undefined,
    command: command === null ? undefined : ['sh', '-c', command],
    pool: pool.length === 0 ? undefined : pool,
  };
  await using source = await openJobSource(zip);
  const { id } = await submitSource(source, await describedJob(source, written), written, submitting);
  return id;
}
