import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type Assignment,
  type FileStore,
  queryLine,
  queryListFile,
  wishes,
  wishesFile,
} from '../../../fleet/index.js';

/** What a process reads of a batch. */
const batchFile = 'batch.json';
/** Images that are fetched at the same time. */
const fetchedAtOnce = 4;
const namedExtension = /^\.[A-Za-z0-9]{1,8}$/;

/** So many lists of images are in memory: those of the jobs that were worked on last. */
const keptLists = 4;

/** The images of jobs, by number, as their files say. */
export class Manifests {
  readonly #read = new Map<string, Promise<readonly string[]>>();

  /** @param files folder with the job's files */
  async queries(job: string, files: string, { first, images }: { first: number; images: number }) {
    const reading = this.#read.get(job) ?? linesOf(join(files, queryListFile));
    this.#read.delete(job);
    this.#read.set(job, reading);
    const [oldest = job] = this.#read.keys();
    if (this.#read.size > keptLists) this.#read.delete(oldest);
    const lines = await reading.catch((error: unknown) => {
      this.#read.delete(job);
      throw error;
    });
    return lines.slice(first, first + images).map((line, at) => {
      const parsed = queryLine.safeParse(jsonIn(line));
      if (!parsed.success) throw new Error(`line ${first + at + 1} of ${queryListFile} names no image`);
      return { index: first + at, ...parsed.data };
    });
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
  const { pictures } = wishes.parse(jsonIn(await readFile(join(files, wishesFile), 'utf8')));
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
