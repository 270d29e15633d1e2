import { readFile, stat } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import {
  type FileStore,
  type FileTree,
  isZip,
  parseS3Name,
  readLocalTree,
  readStoreTree,
  readZipTree,
  S3Store,
} from '../files/index.js';
import { emptyFolder, noFolder } from './errors.js';

/** The files that a job brings, before they are in its folder. */
export interface JobSource extends AsyncDisposable {
  /** As the user named it. */
  place: string;
  /** What a job is named after, if nobody names it. */
  name: string;
  /** Names begin with the root that was asked for. */
  tree: FileTree;
  /** A folder of this machine, to which paths in job.yaml are relative; null for all else. */
  folder: string | null;
  /** The text of a file in it; null if there is none. */
  text(path: string): Promise<string | null>;
}

export interface SourceOptions {
  /** Of the fleet, for names such as `store:inputs`. */
  store: FileStore;
  signal?: AbortSignal | undefined;
}

/** Below the job's own folder in the store, its tasks get what is in this folder. */
export const filesFolder = 'files';
const storePrefix = 'store:';
/** Of a file that is read here, and not by a task. */
const maxTextBytes = 64e6;

/** Whether a name leads into the store of the fleet, which must be open then. */
export const isInStore = (typed: string): boolean => typed.startsWith(storePrefix);

/** `inputs` of `store:inputs`. */
export const nameInStore = (typed: string): string => typed.slice(storePrefix.length);

/**
 * Opens what a job brings as its folder: a folder or zip file of this machine, a folder in the store (`store:<name>`), or one in S3
 * (`s3://<bucket>/<prefix>`).
 * @param options needed for names in the store
 * @throws CollabError `job-no-folder`, `job-empty-folder`, `job-no-fleet`, `zip-refused`, and those of the store
 */
export async function openJobSource(typed: string, options?: SourceOptions): Promise<JobSource> {
  const source = (await openRemote(typed, filesFolder, options)) ?? (await openLocal(typed));
  if (source.tree.fileCount > 0) return source;
  await source[Symbol.asyncDispose]();
  throw emptyFolder(typed);
}

/** Opens a file or folder in a store; null if the name is none of a store. */
export async function openRemote(
  typed: string,
  root: string,
  options?: SourceOptions,
): Promise<JobSource | null> {
  const s3 = parseS3Name(typed);
  if (s3 === null && !isInStore(typed)) return null;
  const name = (s3?.key ?? nameInStore(typed)).replace(/\/+$/, '');
  if (s3 === null && name === '') throw noName(typed);
  const own = s3 === null ? null : await S3Store.open(s3.bucket);
  const close = async () => own?.[Symbol.asyncDispose]();
  try {
    const store = own ?? options?.store;
    if (store === undefined) throw new TypeError(`no store is open for ${typed}`);
    const tree = await readStoreTree(store, name, root, options?.signal);
    const text = (path: string) => textIn(tree, root, path);
    const shortName = posix.basename(name === '' ? (s3?.bucket ?? '') : name);
    return { place: typed, name: shortName, tree, folder: null, text, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openLocal(path: string): Promise<JobSource> {
  const stats = await stat(path).catch((error: unknown) => {
    throw isMissing(error) ? noFolder(path) : unreadable(path, error);
  });
  if (stats.isDirectory()) {
    const tree = await readLocalTree(path, filesFolder);
    const text = (inside: string) => localText(resolve(path, inside));
    return { place: path, name: path, tree, folder: path, text, [Symbol.asyncDispose]: nothing };
  }
  if (!stats.isFile() || !(await isZipFile(path))) throw noZip(path);
  const tree = await readZipTree(path, filesFolder);
  const text = (inside: string) => textIn(tree, filesFolder, inside);
  const close = () => tree[Symbol.asyncDispose]();
  return {
    place: path,
    name: path.replace(/\.zip$/i, ''),
    tree,
    folder: null,
    text,
    [Symbol.asyncDispose]: close,
  };
}

async function isZipFile(path: string): Promise<boolean> {
  try {
    return await isZip(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

const nothing = () => Promise.resolve();

async function localText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw unreadable(path, error);
  });
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

const linksAtMost = 8;

/** Reads a file of a tree, also through links in it. */
async function textIn({ files }: FileTree, root: string, path: string): Promise<string | null> {
  let name = posix.join(root, path);
  for (let links = 0; links <= linksAtMost; links += 1) {
    const file = files.find((one) => one.name === name);
    if (file?.kind !== 'link') {
      if (file?.kind !== 'file') return null;
      const pieces: Uint8Array[] = [];
      let bytes = 0;
      for await (const piece of file.content()) {
        bytes += piece.length;
        if (bytes > maxTextBytes) throw tooLong(path);
        pieces.push(piece);
      }
      return Buffer.concat(pieces).toString();
    }
    name = posix.join(posix.dirname(name), file.target ?? '');
  }
  return null;
}

function tooLong(path: string): CollabError {
  return new CollabError('job-too-large', {
    what: `${path} is larger than ${maxTextBytes / 1e6} MB.`,
    next: 'Let each task find its own part of it by its number, {task}.',
    exitCode: ExitCode.usage,
  });
}

function unreadable(path: string, error: unknown): CollabError {
  return new CollabError('job-unreadable', {
    what: `${path} cannot be read.`,
    why: messageOf(error),
    next: 'Check that it is the right file, and that you may read it.',
    exitCode: ExitCode.usage,
    cause: error,
  });
}

function noZip(path: string): CollabError {
  return new CollabError('job-no-folder', {
    what: `${path} is neither a folder nor a zip file.`,
    next: 'Name a folder, a zip file, store:<name>, or s3://<bucket>/<prefix>.',
    exitCode: ExitCode.usage,
  });
}

function noName(typed: string): CollabError {
  return new CollabError('job-no-folder', {
    what: `${JSON.stringify(typed)} names nothing in the store.`,
    next: 'Write the name of a file or folder, e.g. store:inputs. See what there is: collab store ls-all',
    exitCode: ExitCode.usage,
  });
}
