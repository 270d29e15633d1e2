import { besideCode } from '../../package-folder.js';
import { filesBelow, folderFiles, type TarFile } from '../archives/index.js';
import { contentsOf, hashOf, sealed } from './content-hash.js';

/** Programs of collab that are compiled for the architecture of an image; each is a folder of `src/` with a Dockerfile. */
export const programNames = ['member'] as const;
export type ProgramName = (typeof programNames)[number];

/** What a program is compiled from. */
export interface ProgramSource {
  name: ProgramName;
  files: readonly TarFile[];
  hash: string;
}

/** Reads the sources of a program, without its tests. */
export async function programSource(name: ProgramName, folder = besideCode(name)): Promise<ProgramSource> {
  const isPart = (file: string) =>
    file === 'Dockerfile' || file === 'compile.sh' || (file.endsWith('.go') && !file.endsWith('_test.go'));
  const names = (await folderFiles(folder)).filter(isPart);
  const files = await sealed(await filesBelow(folder, names, ''));
  return { name, files, hash: hashOf(await contentsOf(files)) };
}
