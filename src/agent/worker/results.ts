import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CollabError } from '../../errors.js';
import { type FileStore, putPath } from '../../fleet/index.js';
import { roleFiles } from '../../logs/index.js';
import { insist, type Insistence } from './insist.js';

/** Faults of a put that are the same each time. */
const finalFaults = ['store-not-put', 'store-bad-name', 'store-no-local'];

/**
 * Puts what a task left into the store, in one put, and tries it again while the store cannot take it.
 * @returns why its outputs were left out, because a store cannot keep such files; null if all is there
 */
export async function keepResults(
  folder: string,
  openStore: () => Promise<FileStore>,
  { name, ...insistence }: Omit<Insistence, 'isFinal'> & { name: string },
): Promise<string | null> {
  await removePipes(folder);
  const put = async () => {
    const { clock, signal } = insistence;
    await putPath(await openStore(), { local: folder, name }, { clock, emit: () => undefined, signal });
  };
  const isFinal = (error: unknown) => error instanceof CollabError && finalFaults.includes(error.name);
  try {
    await insist(put, { ...insistence, isFinal });
    return null;
  } catch (error) {
    if (!isFinal(error)) throw error;
    // What was logged is there all the same.
    const outputs = join(folder, roleFiles.outputs);
    await chmod(outputs, 0o700).catch(() => undefined);
    await rm(outputs, { recursive: true, force: true });
    await insist(put, { ...insistence, isFinal });
    const { why = '' } = error as CollabError;
    return `its outputs could not be put into the store: ${why}`;
  }
}

/** The wrapper hears and tells by pipes, which no store keeps. */
async function removePipes(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (!entry.isFile() && !entry.isDirectory()) await rm(join(folder, entry.name), { force: true });
}
