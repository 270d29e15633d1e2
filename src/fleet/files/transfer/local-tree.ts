import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError, ExitCode } from '../../../errors.js';
import { isUtf8 } from '../../../workspace/index.js';
import type { NewFile } from '../file-store.js';
import { type FileTree, nameIn, noContent } from './file-tree.js';
import { linkStaysInside } from './inside.js';

const readBytes = 1024 * 1024;

/**
 * Reads what is at a path of this machine. Nothing of a folder is left out: what cannot be put is an error.
 * @param name under which it is put; `` puts the content of a folder at the top of the store
 * @throws CollabError `store-no-local`, `store-not-put`
 */
export async function readLocalTree(path: string, name: string): Promise<FileTree> {
  const root = await stat(path).catch((error: unknown) => {
    throw noLocal(path, error);
  });
  const tree = new Tree(path, name);
  // A link that is named itself is followed, as cp does.
  await tree.add(await realpath(path), '', root);
  if (tree.refused.length > 0) throw notPut(path, tree.refused);
  return { files: tree.files, fileCount: tree.fileCount, totalBytes: tree.totalBytes };
}

class Tree {
  readonly files: NewFile[] = [];
  readonly refused: string[] = [];
  fileCount = 0;
  totalBytes = 0;

  constructor(
    private readonly root: string,
    private readonly name: string,
  ) {}

  /** @param inside path in the folder, `` for itself */
  async add(path: string, inside: string, stats: Stats): Promise<void> {
    const shown = inside === '' ? this.root : inside;
    if (!isUtf8(inside)) this.refused.push(`${shown}: its name is not valid UTF-8`);
    else if (stats.isFile()) this.#file(path, inside, stats);
    else if (stats.isSymbolicLink()) await this.#link(path, inside);
    else if (stats.isDirectory()) await this.#folder(path, inside, stats);
    else this.refused.push(`${shown}: it is neither a file, a folder nor a link`);
  }

  #file(path: string, inside: string, stats: Stats): void {
    this.fileCount += 1;
    this.totalBytes += stats.size;
    this.#push(inside, { kind: 'file', mode: stats.mode & 0o7777, target: null, content: () => read(path) });
  }

  async #link(path: string, inside: string): Promise<void> {
    const target = await readlink(path);
    if (linkStaysInside(inside, target))
      this.#push(inside, { kind: 'link', mode: 0o777, target, content: noContent });
    else this.refused.push(`${inside}: the link leads out of the folder, to ${target}`);
  }

  async #folder(path: string, inside: string, stats: Stats): Promise<void> {
    if (nameIn(this.name, inside) !== '')
      this.#push(inside, { kind: 'folder', mode: stats.mode & 0o7777, target: null, content: noContent });
    for (const entry of (await readdir(path)).sort()) {
      const below = join(path, entry);
      await this.add(below, inside === '' ? entry : `${inside}/${entry}`, await lstat(below));
    }
  }

  #push(inside: string, file: Omit<NewFile, 'name'>): void {
    const { kind, mode, target, content } = file;
    this.files.push({ name: nameIn(this.name, inside), kind, mode, target, content });
  }
}

const read = (path: string): AsyncIterable<Uint8Array> =>
  createReadStream(path, { highWaterMark: readBytes }) as AsyncIterable<Uint8Array>;

function noLocal(path: string, error: unknown): CollabError {
  return new CollabError('store-no-local', {
    what: `There is no file or folder ${path} here.`,
    why: (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : String(error),
    next: 'Check the path.',
    exitCode: ExitCode.usage,
  });
}

const shownAtMost = 20;

export function notPut(path: string, refused: readonly string[]): CollabError {
  const more = refused.length - shownAtMost;
  return new CollabError('store-not-put', {
    what: `${path} was not put: the store cannot keep ${refused.length === 1 ? 'one thing' : `${refused.length} things`} in it.`,
    why: [...refused.slice(0, shownAtMost), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    next: 'Remove them, or put the folders beside them one by one. Nothing was sent.',
    exitCode: ExitCode.usage,
  });
}
