import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Assignment, FileStore } from '../../../fleet/index.js';

const manifestFile = 'images.jsonl';
const settingsFile = 'inference.json';
/** What a process reads of a batch. */
const batchFile = 'batch.json';
/** Images that are fetched at the same time. */
const fetchedAtOnce = 4;
const namedExtension = /^\.[A-Za-z0-9]{1,8}$/;

/** A line of `images.jsonl`: below the job's own folder, or a file of the store. */
const query = z.union([
  z.object({ image: z.string(), file: z.string() }),
  z.object({ image: z.string(), store: z.string(), version: z.int().positive() }),
]);
const settings = z.object({ pictures: z.boolean().default(false) });

/** The images of jobs, by number, as their files say. */
export class Manifests {
  readonly #read = new Map<string, Promise<readonly string[]>>();

  /** @param files folder with the job's files */
  async queries(job: string, files: string, { first, images }: { first: number; images: number }) {
    const reading = this.#read.get(job) ?? linesOf(join(files, manifestFile));
    this.#read.set(job, reading);
    const lines = await reading.catch((error: unknown) => {
      this.#read.delete(job);
      throw error;
    });
    return lines.slice(first, first + images).map((line, at) => {
      const parsed = query.safeParse(jsonIn(line));
      if (!parsed.success) throw new Error(`line ${first + at + 1} of ${manifestFile} names no image`);
      return { index: first + at, ...parsed.data };
    });
  }

  forget(job: string): void {
    this.#read.delete(job);
  }
}

/** Fetches the images of a batch into a folder, with a list of them for the process that reads them. */
export async function fetchBatch(
  { job, folder: jobFolder, parameters }: Pick<Assignment, 'job' | 'folder' | 'parameters'>,
  { manifests, files, folder }: { manifests: Manifests; files: string; folder: string },
  store: FileStore,
  signal: AbortSignal,
): Promise<void> {
  const batch = { first: Number(parameters.first_image), images: Number(parameters.images) };
  const queries = await manifests.queries(job, files, batch);
  const { pictures } = settings.parse(jsonIn(await readFile(join(files, settingsFile), 'utf8')));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const named = queries.map((one) => {
    const extension = extname(one.image);
    return { ...one, path: `${one.index}${namedExtension.test(extension) ? extension : ''}` };
  });
  const left = named.values();
  const fetchNext = async () => {
    for (const one of left) {
      const [name, version] =
        'file' in one ? [`${jobFolder}/${one.file}`, undefined] : [one.store, one.version];
      const opened = await store.open(name, version, signal);
      await pipeline(Readable.from(opened.content()), createWriteStream(join(folder, one.path)), { signal });
    }
  };
  await Promise.all(Array.from({ length: fetchedAtOnce }, fetchNext));
  const list = named.map(({ index, image, path }) => ({ index, image, file: path }));
  await writeFile(join(folder, batchFile), JSON.stringify({ pictures, images: list }));
}

async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
