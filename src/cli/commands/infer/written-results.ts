import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type FleetJobs, inference } from '../../../index.js';

/** Writes what is there into a file. @returns how many images that are, and which are missing, in words */
export async function writeOutput(
  jobs: FleetJobs,
  wanted: string,
  file: string,
  signal: AbortSignal,
): Promise<{ images: number; missing: string | null }> {
  const read = new ReadResults((await inference.jobResults(jobs, wanted, { signal })).batches);
  await writeText(inference.resultText(inference.resultFormatOf(file), read.rows()), file);
  return {
    images: read.images,
    missing: read.missing.length === 0 ? null : inference.missingText(read.missing),
  };
}

/** Rows of the batches that are done; what is missing is known afterwards. */
export class ReadResults {
  readonly missing: inference.MissingImages[] = [];
  images = 0;

  constructor(private readonly batches: inference.JobResults['batches']) {}

  async *rows(): AsyncGenerator<readonly inference.ResultRow[]> {
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
export async function writeText(text: AsyncIterable<string>, file: string | undefined): Promise<void> {
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
