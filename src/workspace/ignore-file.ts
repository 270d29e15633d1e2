import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Content of the ignore file of a folder that must not get into git, itself included. */
export const ignoreAll = '*\n';

/** Keeps a folder out of every git repository around it. An ignore file that is there already stays as it is. */
export function keepOutOfGit(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), ignoreAll, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
