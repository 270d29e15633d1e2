import {
  checkRequirements,
  type FleetJobs,
  type JobDefinition,
  jobDefinitionOf,
  type JobSource,
  type JobStatus,
  type KnownFleet,
  openInputs,
  openJobSource,
  readJobFile,
  type WrittenJob,
} from '../../index.js';
import { baseFor } from './job-base.js';
import type { Session } from './session.js';

/** What is written of a job: in its job.yaml, if there is one, and by flags, which come first. */
export interface DescribedJob {
  readonly file: WrittenJob | null;
  readonly definition: JobDefinition;
}

export async function describedJob(source: JobSource, written: WrittenJob): Promise<DescribedJob> {
  const file = await readJobFile(source);
  return { file, definition: jobDefinitionOf(source.name, file, written) };
}

interface Submitting {
  readonly jobs: FleetJobs;
  readonly session: Session;
  readonly fleet: KnownFleet;
}

/** Submits a job with the files of an open source and its inputs, after its base image is where it may run. */
export async function submitSource(
  source: JobSource,
  { file, definition }: DescribedJob,
  { inputs }: WrittenJob,
  { jobs, session, fleet }: Submitting,
): Promise<JobStatus> {
  const options = { store: jobs.store.files, signal: session.signal };
  await using files = await openInputs(source, { written: file?.inputs, flags: inputs }, options);
  checkRequirements(definition, files.tree);
  const base = await baseFor(definition, { jobs, session, fleet });
  return await jobs.submit({ tree: files.tree, definition: { ...definition, base } }, session);
}

/** Submits the zip files that come from the dashboard. */
export const zipSubmitter =
  (submitting: Submitting) =>
  async (
    zip: string,
    { name, command, pool }: { name: string | null; command: string | null; pool: readonly string[] },
  ): Promise<string> => {
    const written = {
      name: name ?? undefined,
      command: command === null ? undefined : ['sh', '-c', command],
      pool: pool.length === 0 ? undefined : pool,
    };
    await using source = await openJobSource(zip);
    const { id } = await submitSource(source, await describedJob(source, written), written, submitting);
    return id;
  };
