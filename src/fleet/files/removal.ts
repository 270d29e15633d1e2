import { CollabError, ExitCode } from '../../errors.js';
import { eachWithin } from './budget.js';
import type { FileStore, FileVersion } from './file-store.js';
import { noFile } from './no-file.js';

export interface RemovalOptions {
  /** Who removes: files of others stay, unless forced. Null: owners are not looked at. */
  user: string | null;
  force: boolean;
  recursive: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * What a name stands for, before it is removed: a file or link, or a folder with everything in it.
 * @throws CollabError `store-no-file`; `store-is-folder` without `recursive`; `store-not-yours` without `force`
 */
export async function planRemoval(
  store: FileStore,
  name: string,
  { user, force, recursive, signal }: RemovalOptions,
): Promise<readonly FileVersion[]> {
  const entries: FileVersion[] = [];
  for await (const entry of store.list(name, signal)) entries.push(entry);
  if (entries.length === 0) throw noFile(store.place, name);
  const file = entries.find((entry) => entry.name === name && entry.kind !== 'folder');
  const removed = file === undefined ? entries : [file];
  if (file === undefined && !recursive) throw isFolder(name, entries);
  const ofOthers = removed.filter(({ owner }) => user !== null && owner !== user);
  if (ofOthers.length > 0 && !force) throw notYours(ofOthers);
  return removed;
}

/** Removes files with all their versions. @returns how many versions there were */
export async function removeFiles(store: FileStore, files: readonly FileVersion[]): Promise<number> {
  let versions = 0;
  await eachWithin(files, { budget: 16, atMost: 16, costOf: () => 1 }, async ({ name }) => {
    const removed = await store.remove(name);
    versions += removed;
  });
  return versions;
}

function isFolder(name: string, entries: readonly FileVersion[]): CollabError {
  const files = entries.filter(({ kind }) => kind !== 'folder').length;
  return new CollabError('store-is-folder', {
    what: `${JSON.stringify(name)} is a folder with ${files} ${files === 1 ? 'file' : 'files'}.`,
    next: 'To delete all of it: --recursive',
    exitCode: ExitCode.usage,
  });
}

const shownAtMost = 10;

function notYours(files: readonly FileVersion[]): CollabError {
  const more = files.length - shownAtMost;
  return new CollabError('store-not-yours', {
    what: `${files.length === 1 ? 'A file is' : `${files.length} files are`} of somebody else. Nothing was deleted.`,
    why: [
      ...files.slice(0, shownAtMost).map(({ name, owner }) => `${name} is of ${owner}`),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join('\n'),
    next: 'Ask them. To delete it anyway: --force',
    exitCode: ExitCode.usage,
  });
}
