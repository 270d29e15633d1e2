import { basename } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import type { RunRecord } from '../records/index.js';
import { findRun, type FoundRun, listRuns } from './find-run.js';
import { readSettledRun } from './settled-run.js';

/**
 * Runs of `Logs/` that collab itself carries out, the newest first: without jobs, which a fleet carries out.
 * @returns with the record of each; null if it cannot be read
 */
export async function* ownRuns(
  logsFolder: string,
  experiment?: string,
): AsyncGenerator<FoundRun & { record: RunRecord | null }> {
  for (const found of await listRuns(logsFolder)) {
    if (experiment !== undefined && found.experiment !== experiment) continue;
    const record = await readSettledRun(found.folder).catch(() => null);
    if (record?.job === undefined) yield { ...found, record };
  }
}

/**
 * The folder of a run that is not a job.
 * @param wanted as of `findRun`; default: the newest one
 * @param instead what to do with a job, by its id
 * @throws CollabError `run-is-job`, and those of `findRun`
 */
export async function findOwnRun(
  logsFolder: string,
  wanted: string | undefined,
  instead: (job: string) => string,
): Promise<string> {
  if (wanted === undefined) for await (const { folder } of ownRuns(logsFolder)) return folder;
  const folder = await findRun(logsFolder, wanted);
  const record = await readSettledRun(folder).catch(() => null);
  if (record?.job === undefined) return folder;
  throw new CollabError('run-is-job', {
    what: `${basename(folder)} is a job, and not a run of an experiment.`,
    why: `The fleet ${record.job.fleet} carries it out, and this is a copy of its output.`,
    next: instead(record.run_id),
    exitCode: ExitCode.usage,
  });
}
