import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { badName, isUtf8 } from '../../workspace/index.js';
import type { TarFile } from './tar.js';

/**
 * Relative paths, with `/` and sorted, of all regular files below a folder. Links are left out.
 * @throws CollabError `file-name` for a name that is not valid UTF-8
 */
export async function folderFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
  const bad = paths.find((path) => !isUtf8(path));
  if (bad !== undefined) throw badName('file-name', folder, bad, 'No image can be made of it.');
  return paths;
}

/** The files of a folder of this machine as tar files below `prefix`; `names` are relative paths with `/`. */
export async function filesBelow(
  folder: string,
  names: readonly string[],
  prefix: string,
): Promise<TarFile[]> {
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { mode } = await stat(path);
      return { name: prefix === '' ? name : `${prefix}/${name}`, path, executable: (mode & 0o100) !== 0 };
    }),
  );
}
