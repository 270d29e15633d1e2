import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Lets `write` write files beside their places, then fsyncs and renames them: either all of `paths` are there whole, or
 * what stood there before is untouched.
 */
export async function writeWhole(
  paths: readonly string[],
  write: (beside: string[]) => Promise<void>,
): Promise<string[]> {
  const mark = randomBytes(4).toString('hex');
  const beside = paths.map((path) => `${path}.${mark}.tmp`);
  try {
    await write(beside);
    for (const path of beside) await sync(path);
    for (const [index, path] of paths.entries()) await rename(beside[index] ?? '', path);
  } catch (error) {
    await Promise.all(beside.map((path) => rm(path, { force: true })));
    throw error;
  }
  return [...paths];
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
