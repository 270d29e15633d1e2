import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { folderFiles } from '../../deployment/index.js';

/**
 * Copies a folder of the package to a folder that is not there yet: all of it, or nothing.
 * @param change what becomes of a file's content
 * @returns relative paths with `/`, sorted
 * @throws the system's error; `EEXIST` if the folder is there
 */
export async function copyNew(
  from: string,
  to: string,
  change: (file: string, content: Buffer) => Buffer | string = (_, content) => content,
): Promise<string[]> {
  const files = (await folderFiles(from)).filter((file) => !file.includes('__pycache__'));
  await mkdir(to);
  try {
    for (const file of files) {
      const [content, { mode }] = await Promise.all([readFile(join(from, file)), stat(join(from, file))]);
      await mkdir(dirname(join(to, file)), { recursive: true });
      await writeFile(join(to, file), change(file, content), { mode: mode & 0o777 });
    }
  } catch (error) {
    // The folder is ours: mkdir made it.
    await rm(to, { recursive: true, force: true });
    throw error;
  }
  return files;
}
