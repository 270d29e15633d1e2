import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Relative paths, with `/` and sorted, of all regular files below a folder. Links are left out. */
export async function folderFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
