import { CollabError, ExitCode, inference } from '../../../index.js';
import { type FleetOptions, withJobs } from '../../session/index.js';
import { ReadResults, writeText } from './written-results.js';

export interface InferOutputFlags extends FleetOptions {
  pictures?: string;
}

/** `collab infer output <job> [file]`: what the model says of each image, as CSV or JSON. */
export async function inferOutput(
  wanted: string,
  file: string | undefined,
  flags: InferOutputFlags,
): Promise<void> {
  await withJobs(flags, 'result', async (jobs, session) => {
    const { signal, print, say, clock, emit } = session;
    const { job, batches } = await inference.jobResults(jobs, wanted, { signal });
    const read = new ReadResults(batches);
    const isShown = flags.json === true && file === undefined;
    const results: inference.ResultRow[] = [];
    if (isShown) for await (const rows of read.rows()) results.push(...rows);
    else await writeText(inference.resultText(inference.resultFormatOf(file ?? ''), read.rows()), file);
    const context = { clock, emit, signal };
    const { pictures: folder } = flags;
    const pictures = folder === undefined ? null : await inference.getPictures(jobs, job, folder, context);
    if (pictures === 0)
      say(`note: ${job.name} has no pictures. They are kept with: collab infer submit --pictures`);
    const { missing, images } = read;
    const data = { id: job.id, file: file ?? null, images, missing, pictures, ...(isShown && { results }) };
    print(file === undefined ? null : `${images} images are in ${file}.`, data);
    if (missing.length > 0) throw notAll(job.id, missing);
  });
}

function notAll(id: string, missing: readonly inference.MissingImages[]): CollabError {
  return new CollabError('infer-incomplete', {
    what: `Images of the job ${id} are missing in its output.`,
    why: `${inference.missingText(missing)}.`,
    next: `See how far it is: collab job show ${id}. Failed batches run again with: collab job retry ${id} --failed`,
    exitCode: ExitCode.partlyComplete,
  });
}
