import { type FleetJobs, isInStore, type JobStatus, type KnownFleet, inference } from '../../../index.js';
import { awaitJob, baseFor, type FleetOptions, type Session, withJobs } from '../../session/index.js';
import { lacksWeightsText, leftOutText, submittedInferenceText } from '../../text/index.js';

export interface InferSubmitFlags extends FleetOptions {
  count?: number;
  name?: string;
  pool?: string[];
  attempts?: number;
  weight?: number;
  batchSize?: number;
  pictures?: boolean;
  wait?: boolean;
}

const onStop = 'Not waiting any more. A job that is submitted goes on.';

/** `collab infer submit <model> <images>`. */
export async function inferSubmit(name: string, typed: string, flags: InferSubmitFlags): Promise<void> {
  // What can be checked here is checked before the fleet is asked for anything.
  const local = isInStore(typed) ? null : await inference.findImages(typed);
  if (local !== null) inference.planQueries(typed, local, flags.count);
  const work: Parameters<typeof withJobs>[2] = async (jobs, session, fleet) => {
    const job = await submitInference(name, typed, flags, { jobs, session, fleet });
    if (flags.wait === true) await awaitJob(jobs, job.id, flags, session);
    else session.print(submittedInferenceText(job), job);
  };
  await withJobs(flags, 'events', work, flags.wait === true ? onStop : undefined);
}

/** Submits images for a model, and says what the user should know about them. */
export async function submitInference(
  name: string,
  typed: string,
  flags: InferSubmitFlags,
  { jobs, session, fleet }: { jobs: FleetJobs; session: Session; fleet: KnownFleet },
): Promise<JobStatus> {
  const { signal, say, workspace } = session;
  const model = await inference.readModel(workspace.modelFolders, name);
  const found = await inference.findImages(typed, jobs.store.files, signal);
  const queries = inference.planQueries(typed, found, flags.count);
  if (queries.left.length > 0) say(leftOutText(queries.left));
  const { lacksWeights, ...planned } = await inference.planInference(jobs, model, queries, flags, signal);
  if (lacksWeights) say(lacksWeightsText(name, model.file.weights ?? ''));
  const base = await baseFor(planned.definition, { jobs, session, fleet });
  return jobs.submit({ ...planned, definition: { ...planned.definition, base } }, session);
}
