import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { writeFileAtomic } from '../../workspace/index.js';
import { type RandomBytes, systemRandom } from './randomness.js';

/** A file by its path below the fleet's folder, with `/`. */
export interface PrivateFile {
  path: string;
  content: string | Buffer;
}

export interface PlaceOptions {
  /** Default false: a folder that is there already is an error. */
  replace?: boolean;
  /** Looks at the complete folder before it gets its name; nothing is changed if it throws. */
  check?: (folder: string) => Promise<unknown>;
  random?: RandomBytes;
}

/** Writes a file that only its owner may read, and the folders above it up to `top`. */
export async function writePrivate(top: string, { path, content }: PrivateFile): Promise<void> {
  const file = join(top, path);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, content, 0o600);
}

/**
 * Makes a fleet's folder with all of its files, or changes nothing.
 * @throws CollabError `fleet-exists`
 */
export async function placeFolder(
  folder: string,
  files: readonly PrivateFile[],
  { replace = false, check, random = systemRandom }: PlaceOptions = {},
): Promise<void> {
  if (!replace && (await isThere(folder))) throw fleetExists(folder);
  const aside = join(dirname(folder), `.${basename(folder)}.${random(4).toString('hex')}`);
  const [made, old] = [`${aside}.new`, `${aside}.old`];
  try {
    await mkdir(made, { recursive: true, mode: 0o700 });
    for (const file of files) await writePrivate(made, file);
    await check?.(made);
    if (replace && (await isThere(folder))) await rename(folder, old);
    try {
      await rename(made, folder);
    } catch (error) {
      await rename(old, folder).catch(() => undefined);
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR' ? fleetExists(folder) : error;
    }
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Removes a fleet's folder, and what an interrupted {@link placeFolder} left beside it. */
export async function removeFolder(folder: string): Promise<void> {
  const name = basename(folder);
  const isAside = (one: string) =>
    one.startsWith(`.${name}.`) && /^[0-9a-f]{8}\.(new|old)$/.test(one.slice(name.length + 2));
  const beside = (await readdir(dirname(folder)).catch(() => [])).filter(isAside);
  for (const one of [name, ...beside]) await rm(join(dirname(folder), one), { recursive: true, force: true });
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

function fleetExists(folder: string): CollabError {
  const name = basename(folder);
  return new CollabError('fleet-exists', {
    what: `This workspace has a fleet named ${name} already.`,
    why: folder,
    next: 'Choose another name, or another workspace.',
    exitCode: ExitCode.usage,
  });
}
