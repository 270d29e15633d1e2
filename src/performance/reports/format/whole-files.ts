import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';

/**
 * Lets `write` write files beside their places, then renames them: either all of `paths` are there whole, or what stood
 * there before is untouched. They are not fsynced: a report that a power cut took is made again from its run.
 */
export async function writeWhole(
  paths: readonly string[],
  write: (beside: string[]) => Promise<void>,
): Promise<string[]> {
  const mark = randomBytes(4).toString('hex');
  const beside = paths.map((path) => `${path}.${mark}.tmp`);
  try {
    await write(beside);
    for (const [index, path] of paths.entries()) await rename(beside[index] ?? '', path);
  } catch (error) {
    await Promise.all(beside.map((path) => rm(path, { force: true })));
    throw error;
  }
  return [...paths];
}
