import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import {
  CollabError,
  ExitCode,
  type FleetJobs,
  getPictures,
  type JobResults,
  jobResults,
  type MissingImages,
  missingText,
  resultFormatOf,
  type ResultRow,
  resultText,
} from '../../../index.js';
import { type FleetOptions, withJobs } from '../../session/index.js';

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
    const { job, batches } = await jobResults(jobs, wanted, { signal });
    const read = new Read(batches);
    const isShown = flags.json === true && file === undefined;
    const results: ResultRow[] = [];
    if (isShown) for await (const rows of read.rows()) results.push(...rows);
    else await write(resultText(resultFormatOf(file ?? ''), read.rows()), file);
    const context = { clock, emit, signal };
    const { pictures: folder } = flags;
    const pictures = folder === undefined ? null : await getPictures(jobs, job, folder, context);
    if (pictures === 0)
      say(`note: ${job.name} has no pictures. They are kept with: collab infer submit --pictures`);
    const { missing, images } = read;
    const data = { id: job.id, file: file ?? null, images, missing, pictures, ...(isShown && { results }) };
    print(file === undefined ? null : `${images} images are in ${file}.`, data);
    if (missing.length > 0) throw notAll(job.id, missing);
  });
}

/** Writes what is there into a file. @returns how many images that are, and which are missing, in words */
export async function writeOutput(
  jobs: FleetJobs,
  wanted: string,
  file: string,
  signal: AbortSignal,
): Promise<{ images: number; missing: string | null }> {
  const read = new Read((await jobResults(jobs, wanted, { signal })).batches);
  await write(resultText(resultFormatOf(file), read.rows()), file);
  return { images: read.images, missing: read.missing.length === 0 ? null : missingText(read.missing) };
}

/** Rows of the batches that are done; what is missing is known afterwards. */
class Read {
  readonly missing: MissingImages[] = [];
  images = 0;

  constructor(private readonly batches: JobResults['batches']) {}

  async *rows(): AsyncGenerator<readonly ResultRow[]> {
    for await (const one of this.batches) {
      if ('missing' in one) this.missing.push(one.missing);
      else {
        this.images += one.rows.length;
        yield one.rows;
      }
    }
  }
}

/** A file is there whole or not at all. */
async function write(text: AsyncIterable<string>, file: string | undefined): Promise<void> {
  if (file === undefined) {
    for await (const piece of text) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    return;
  }
  const temporary = `${file}.part`;
  try {
    await pipeline(text, createWriteStream(temporary));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function notAll(id: string, missing: readonly MissingImages[]): CollabError {
  return new CollabError('infer-incomplete', {
    what: `Images of the job ${id} are missing in its output.`,
    why: `${missingText(missing)}.`,
    next: `See how far it is: collab job show ${id}. Failed batches run again with: collab job retry ${id} --failed`,
    exitCode: ExitCode.partlyComplete,
  });
}
