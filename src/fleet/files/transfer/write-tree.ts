import { setMaxListeners } from 'node:events';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CollabError, ExitCode } from '../../../errors.js';
import type { FileStore, FileVersion } from '../file-store.js';
import { eachWithin } from '../budget.js';
import { progressOf, type TransferContext } from './context.js';
import { isSafePath, linkStaysInside } from './inside.js';
import { blocked, writeLink, writeWhole } from './write-file.js';

/** Bytes of files that are fetched at once: of each at most what a store fetches ahead. */
const budgetBytes = 32 * 1024 * 1024;
const aheadBytes = 8 * 1024 * 1024;
const filesAtOnce = 16;

/** A file of the store, and where it goes. */
export interface Placed {
  file: FileVersion;
  /** Path below the destination, with `/`; `` for the destination itself. */
  path: string;
  /** Undefined for the newest. */
  version?: number | undefined;
}

export interface Written {
  files: number;
  totalBytes: number;
  /** Names of links that were left out because they lead out of the destination. */
  left: readonly string[];
}

/**
 * Writes files, links and folders below a folder of this machine, which it makes. What is there already stays, or is
 * replaced by what has the same name. Nothing is written outside of the folder, whatever the store says.
 * @param label for events
 * @throws CollabError `store-unsafe-name`, `store-blocked`, and those of `FileStore.open`
 */
export async function writeTree(
  store: FileStore,
  placed: readonly Placed[],
  { folder, label }: { folder: string; label: string },
  context: TransferContext,
): Promise<Written> {
  const unsafe = placed.find(({ path }) => path !== '' && !isSafePath(path));
  if (unsafe !== undefined) throw unsafeName(store.place, unsafe.file.name);
  const of = (kind: FileVersion['kind']) => placed.filter(({ file }) => file.kind === kind);
  const [files, folders] = [of('file'), of('folder')];
  const totalBytes = files.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  const { emit } = context;
  const signal = context.signal && AbortSignal.any([context.signal]);
  // Each file that is written waits for it. Node warns of more than ten.
  if (signal) setMaxListeners(filesAtOnce * 2, signal);
  emit({
    kind: 'store.getting',
    name: label,
    place: store.place,
    files: files.length,
    total_bytes: totalBytes,
  });
  const isNew = (await lstat(folder).catch(() => null)) === null;
  const tree = new Folders(folder);
  for (const { path } of folders) await tree.make(path);
  await writeFiles();
  const left = await writeLinks(of('link'), tree, folder, context);
  // Last, because a folder may be read-only. A destination that was there keeps its mode.
  for (const { path, file } of [...folders].sort((a, b) => b.path.length - a.path.length))
    if (file.mode !== null && (path !== '' || isNew)) await chmod(join(folder, path), file.mode & 0o777);
  return { files: files.length, totalBytes, left };

  async function writeFiles(): Promise<void> {
    const report = progressOf('get', { name: label, totalBytes }, context);
    let bytes = 0;
    const limits = {
      budget: budgetBytes,
      atMost: filesAtOnce,
      costOf: ({ file }: Placed) => Math.min(file.sizeBytes, aheadBytes),
    };
    await eachWithin(files, limits, async ({ file, path, version }) => {
      signal?.throwIfAborted();
      const parent = await tree.make(dirname(path));
      const opened = await store.open(file.name, version, signal);
      if (opened.file.kind !== 'file') throw blocked(join(parent, path), 'it changed in the store meanwhile');
      const content = counted(opened.content(), (more) => report((bytes += more)));
      await writeWhole(join(folder, path), content, { mode: opened.file.mode, signal });
    });
  }
}

async function writeLinks(
  links: readonly Placed[],
  tree: Folders,
  folder: string,
  { emit }: TransferContext,
): Promise<string[]> {
  const left: string[] = [];
  for (const { file, path } of links) {
    const { name, target } = file;
    if (target !== null && linkStaysInside(path, target)) {
      await tree.make(dirname(path));
      await writeLink(join(folder, path), target);
    } else {
      left.push(name);
      emit({
        kind: 'store.left',
        name,
        reason: `it is a link that leads out of the folder, to ${target ?? ''}`,
      });
    }
  }
  return left;
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of content) {
    yield chunk;
    onBytes(chunk.length);
  }
}

/** Folders below one of this machine. A link among them is not followed: it could lead elsewhere. */
class Folders {
  readonly #made = new Map<string, Promise<string>>();

  constructor(private readonly root: string) {}

  /** @returns the folder's path on this machine */
  make(path: string): Promise<string> {
    const inside = path === '.' ? '' : path;
    const before = this.#made.get(inside);
    if (before !== undefined) return before;
    const made = this.#make(inside);
    this.#made.set(inside, made);
    return made;
  }

  async #make(path: string): Promise<string> {
    if (path === '') {
      await mkdir(this.root, { recursive: true });
      return this.root;
    }
    await this.make(dirname(path));
    const full = join(this.root, path);
    await mkdir(full).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    const there = await lstat(full);
    if (there.isSymbolicLink())
      throw blocked(full, 'it is a link here, and nothing is written through links');
    if (!there.isDirectory()) throw blocked(full, 'it is a file here, and a folder in the store');
    return full;
  }
}

function unsafeName(place: string, name: string): CollabError {
  return new CollabError('store-unsafe-name', {
    what: `${place} has a name that would leave the folder: ${JSON.stringify(name)}.`,
    why: 'Names must be relative, without empty, "." and ".." parts, and without control characters.',
    next: 'Name the files that you want one by one. Nothing was written.',
    exitCode: ExitCode.usage,
  });
}
