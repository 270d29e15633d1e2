import {
  type FleetStore,
  putTree,
  readStoreTree,
  removeFiles,
  type TransferContext,
} from '../files/index.js';
import { emptyFolder } from './errors.js';
import type { FleetJobs } from './fleet-jobs.js';
import { filesFolder } from './job-source.js';

const folderOf = (id: string): string => `jobs/${id}/${filesFolder}`;

/** Workers fetch the folder of a job, so that a job without files has an empty one. */
export async function ensureJobFolder({ files }: FleetStore, id: string, signal: AbortSignal): Promise<void> {
  const name = folderOf(id);
  for await (const first of files.list(name, signal)) if (first.name !== '') return;
  const content = () => {
    throw new TypeError('a folder has no content');
  };
  await files.put([{ name, kind: 'folder', mode: 0o755, target: null, content }], { signal });
}

/**
 * Copies a folder of the store into the folder of a job.
 * @param from its name there
 * @returns what takes the copy back
 * @throws CollabError `job-empty-folder`, and those of the store
 */
export async function copyJobFiles(
  { store: { files } }: FleetJobs,
  { id, from }: { id: string; from: string },
  context: TransferContext,
): Promise<() => Promise<void>> {
  const tree = await readStoreTree(files, from.replace(/\/+$/, ''), filesFolder, context.signal);
  if (tree.fileCount === 0) throw emptyFolder(`store:${from}`);
  const placed = tree.files.map((file) => ({ ...file, name: `jobs/${id}/${file.name}` }));
  const put = await putTree(files, { ...tree, files: placed }, { name: folderOf(id) }, context);
  return async () => {
    await removeFiles(files, put);
  };
}
