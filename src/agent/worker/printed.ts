import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../events.js';
import { roleFiles } from '../../logs/index.js';

const lookEveryMs = 1000;
/** Standard output and error of one attempt, together. */
const printedAtMostBytes = 1e9;
/** Of each of the two, when that was too much: the store is to be spared too. */
const keptBytes = 10e6;
const files = [roleFiles.stdout, roleFiles.stderr];

export const printedTooMuch =
  'it printed more than 1 GB to standard output and error, so it was stopped; the first 10 MB of each are kept. ' +
  'Files of that size belong in $COLLAB_OUTPUTS';

/**
 * Looks at what an attempt prints until the signal aborts.
 * @param folder of the attempt; files that it put in place of its own do not count
 * @returns whether it is too much
 */
export async function printsTooMuch(
  folder: string,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<boolean> {
  while (!signal.aborted) {
    const sizes = await Promise.all(files.map((name) => sizeOf(join(folder, name))));
    if (sizes.reduce((sum, size) => sum + size, 0) > printedAtMostBytes) return true;
    await clock.sleep(lookEveryMs, signal);
  }
  return false;
}

async function sizeOf(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => null);
  return stats?.isFile() === true ? stats.size : 0;
}

/** Keeps the beginning of what an attempt printed that has ended. */
export async function cutPrinted(folder: string): Promise<void> {
  for (const name of files) {
    const path = join(folder, name);
    if ((await sizeOf(path)) <= keptBytes) continue;
    // A link that came in its place meanwhile is not followed, and a pipe not waited for.
    const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      await file.truncate(keptBytes);
    } finally {
      await file.close();
    }
  }
}
