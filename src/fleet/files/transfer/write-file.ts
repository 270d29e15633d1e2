import { createWriteStream } from 'node:fs';
import { chmod, lstat, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CollabError, ExitCode } from '../../../errors.js';
import { type RandomBytes, systemRandom } from '../../credentials/index.js';

/** Bits of a mode that a file from a store may set here: no setuid, no setgid. */
const modeBits = 0o777;

export interface WriteOptions {
  /** Null leaves it to this machine. */
  mode: number | null;
  signal?: AbortSignal | undefined;
  random?: RandomBytes | undefined;
}

/**
 * Writes a file under another name beside, and renames it once all is there, so that nobody sees half of it under its name.
 * @throws CollabError `store-blocked` if a folder has the name; and what the content throws
 */
export async function writeWhole(
  path: string,
  content: AsyncIterable<Uint8Array>,
  { mode, signal, random = systemRandom }: WriteOptions,
): Promise<void> {
  const temporary = temporaryBeside(path, random);
  try {
    const options = { flags: 'wx', mode: mode === null ? 0o666 : (mode & modeBits) | 0o200 };
    const file = createWriteStream(temporary, options);
    await pipeline(Readable.from(content, { objectMode: true, highWaterMark: 1 }), file, signalled(signal));
    await place(temporary, path, mode);
  } catch (error) {
    await rm(temporary, { force: true });
    signal?.throwIfAborted();
    throw error;
  }
}

/** Makes a link, in place of a file or link that is there. @throws CollabError `store-blocked` */
export async function writeLink(
  path: string,
  target: string,
  random: RandomBytes = systemRandom,
): Promise<void> {
  const temporary = temporaryBeside(path, random);
  await symlink(target, temporary);
  try {
    await place(temporary, path, null);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function place(temporary: string, path: string, mode: number | null): Promise<void> {
  if (mode !== null) await chmod(temporary, mode & modeBits);
  const there = await lstat(path).catch(() => null);
  if (there?.isDirectory() === true) throw blocked(path, 'it is a folder here, and no folder in the store');
  await rename(temporary, path);
}

function temporaryBeside(path: string, random: RandomBytes): string {
  // Short, because a name of 255 bytes is the longest there is.
  return join(dirname(path), `.${basename(path).slice(0, 40)}.${random(6).toString('hex')}.part`);
}

const signalled = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });

export function blocked(path: string, why: string): CollabError {
  return new CollabError('store-blocked', {
    what: `${path} cannot be written.`,
    why: `${path}: ${why}`,
    next: 'Name another place, or move what is there.',
    exitCode: ExitCode.usage,
  });
}
