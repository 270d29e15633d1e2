import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { besideCode } from '../../package-folder.js';

/** The files of the page. In the program for keepers, which travels without the package, they are part of it. */
export async function pageAssets(): Promise<{ name: string; content: Uint8Array }[]> {
  const folder = besideCode('dashboard/assets');
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(join(folder, name)) })));
}
