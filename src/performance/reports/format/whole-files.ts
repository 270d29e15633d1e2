import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';

/**
 * Writes files atomically: `write` gets temporary paths, which are renamed to `paths` one after another if it succeeds. If
 * `write` fails, existing files are unchanged. Not fsynced, because a report that is lost in a power cut can be written again from its run.
 */
export async function writeWhole(
  paths: readonly string[],
  write: (temporary: string[]) => Promise<void>,
): Promise<string[]> {
  const mark = randomBytes(4).toString('hex');
  const temporary = paths.map((path) => `${path}.${mark}.tmp`);
  try {
    await write(temporary);
    for (const [index, path] of paths.entries()) await rename(temporary[index] ?? '', path);
  } catch (error) {
    await Promise.all(temporary.map((path) => rm(path, { force: true })));
    throw error;
  }
  return [...paths];
}
