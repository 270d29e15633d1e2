import type { FleetJobs, JobStatus } from '../../../index.js';
import { awaitDone, type FleetOptions, textOf, withJobs } from '../../session/index.js';
import { submittedText, trainedText } from '../../text/index.js';
import { submitTraining } from './submitted-training.js';

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
