import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** Folder of collab itself, with its package.json. */
export const packageFolder = folderOfPackage(here);

/** `src` or, built, `dist`: files that are no TypeScript lie at the same paths below either. */
const codeFolder = join(packageFolder, relative(packageFolder, here).split(sep)[0] ?? '');

/**
 * A file or folder that belongs to the code. Modules cannot look beside themselves: the build makes few files of many.
 * @param path below `src/`, e.g. `logs/records/metrics.json`
 */
export function besideCode(path: string): string {
  return join(codeFolder, path);
}

/**
 * Text of a program that runs on a device: shell or Python, a file of its own so that its linter sees it.
 * @param path below `src/`, e.g. `network/leases/lease.sh`
 */
export function programText(path: string): string {
  return readFileSync(besideCode(path), 'utf8');
}

/** Version of collab, from its package.json. */
export function packageVersion(): string {
  const text = readFileSync(join(packageFolder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function folderOfPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderOfPackage(dirname(folder));
}
