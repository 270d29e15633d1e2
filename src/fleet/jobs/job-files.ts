import { readdir } from 'node:fs/promises';
import { emptyFolder, noFolder } from './errors.js';

/** @throws CollabError `job-no-folder`, `job-empty-folder` */
export async function checkFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT' || code === 'ENOTDIR' ? noFolder(folder) : error;
  });
  if (!entries.some((entry) => entry.isFile())) throw emptyFolder(folder);
}
