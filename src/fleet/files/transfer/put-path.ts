import type { FileStore, FileVersion } from '../file-store.js';
import { progressOf, type TransferContext } from './context.js';
import type { FileTree } from './file-tree.js';
import { readLocalTree } from './local-tree.js';

/**
 * Puts a file, or a folder with its structure, modes, empty folders, and links that stay inside it.
 * @param local path on this machine
 * @returns the new versions
 * @throws CollabError `store-no-local`, `store-not-put` before anything is sent, and those of `FileStore.put`
 */
export async function putPath(
  store: FileStore,
  { local, name, keep }: { local: string; name: string; keep?: number | undefined },
  context: TransferContext,
): Promise<readonly FileVersion[]> {
  return putTree(store, await readLocalTree(local, name), { name, keep }, context);
}

/**
 * Puts files that have their whole names.
 * @param name of all of them, for events
 * @throws CollabError as `FileStore.put`
 */
export async function putTree(
  store: FileStore,
  { files, fileCount, totalBytes }: FileTree,
  { name, keep }: { name: string; keep?: number | undefined },
  context: TransferContext,
): Promise<readonly FileVersion[]> {
  const { emit, signal } = context;
  emit({ kind: 'store.putting', name, place: store.place, files: fileCount, total_bytes: totalBytes });
  return store.put(files, { keep, signal, onBytes: progressOf('put', { name, totalBytes }, context) });
}
