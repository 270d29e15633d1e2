import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileStore, FileVersion } from '../file-store.js';
import { noFile } from '../no-file.js';
import type { TransferContext } from './context.js';
import { lookUp } from './look-up.js';
import { type Written, writeTree } from './write-tree.js';

/** What a get wrote. */
export interface Got extends Written {
  /** The file or folder on this machine. */
  path: string;
}

/**
 * Gets a file, or a folder with everything in it. A folder is written into `local`, and what is there already stays. A file gets
 * the name `local`, or its own below it if that is a folder.
 * @param version of a file; default: the newest
 * @throws CollabError `store-no-file`, `store-unsafe-name`, `store-blocked`, and those of `FileStore.open`
 */
export async function getTo(
  store: FileStore,
  { name, local, version }: { name: string; local: string; version?: number | undefined },
  context: TransferContext,
): Promise<Got> {
  const found = await lookUp(store, name, context.signal);
  if (found.file !== null) {
    const path = await destinationOf(found.file, local);
    const placed = [{ file: found.file, path: basename(path), version }];
    return { ...(await writeTree(store, placed, { folder: dirname(path), label: name }, context)), path };
  }
  if (version !== undefined) throw noFile(store.place, name, 'It is a folder; only its files have versions.');
  const skipped = found.name === '' ? 0 : found.name.length + 1;
  const placed = found.entries.map((file) => ({ file, path: file.name.slice(skipped) }));
  return { ...(await writeTree(store, placed, { folder: local, label: name }, context)), path: local };
}

/**
 * Gets files under their whole names into a folder.
 * @throws CollabError `store-unsafe-name`, `store-blocked`, and those of `FileStore.open`
 */
export function getFiles(
  store: FileStore,
  files: readonly FileVersion[],
  { folder, label }: { folder: string; label: string },
  context: TransferContext,
): Promise<Written> {
  const placed = files.map((file) => ({ file, path: file.name }));
  return writeTree(store, placed, { folder, label }, context);
}

async function destinationOf({ name }: FileVersion, local: string): Promise<string> {
  const isFolder = local.endsWith('/') || (await stat(local).catch(() => null))?.isDirectory() === true;
  return isFolder ? join(local, basename(name)) : local;
}
