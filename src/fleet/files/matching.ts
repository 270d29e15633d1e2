import type { FileStore, FileVersion } from './file-store.js';
import { noFile } from './no-file.js';
import { namePattern } from './patterns.js';

export interface StoreCount {
  files: number;
  folders: number;
  links: number;
  /** Of the newest versions. */
  bytes: number;
}

/**
 * The newest versions of the files whose names match, sorted by name. A name without wildcards stands for itself and everything
 * below it.
 * @param pattern `` for all; `*`, `**`, `?` and `{a,b}`, e.g. `weights/**`
 */
export async function filesMatching(
  store: FileStore,
  pattern: string,
  signal?: AbortSignal,
): Promise<FileVersion[]> {
  const files: FileVersion[] = [];
  for await (const file of eachMatching(store, pattern, signal)) files.push(file);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How many files match, and their bytes. */
export async function countFiles(
  store: FileStore,
  pattern: string,
  signal?: AbortSignal,
): Promise<StoreCount> {
  const count: StoreCount = { files: 0, folders: 0, links: 0, bytes: 0 };
  for await (const { kind, sizeBytes } of eachMatching(store, pattern, signal)) {
    if (kind === 'folder') count.folders += 1;
    else if (kind === 'link') count.links += 1;
    else count.files += 1;
    count.bytes += sizeBytes;
  }
  return count;
}

/** The versions of a file that are kept, the newest first. @throws CollabError `store-no-file` */
export async function versionsOf(store: FileStore, name: string): Promise<readonly FileVersion[]> {
  const versions = await store.versions(name);
  if (versions.length === 0) throw noFile(store.place, name);
  return versions;
}

async function* eachMatching(
  store: FileStore,
  pattern: string,
  signal?: AbortSignal,
): AsyncIterable<FileVersion> {
  const wanted = namePattern(pattern);
  for await (const file of store.list(wanted.folder, signal)) if (wanted.matches(file.name)) yield file;
}
