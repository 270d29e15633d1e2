import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The folder of the collab package, with its package.json. */
export const packageFolder = folderOfPackage(here);

/** `src`, or `dist` after a build. Files other than TypeScript have the same paths in both. */
const codeFolder = join(packageFolder, relative(packageFolder, here).split(sep)[0] ?? '');

/**
 * Path of a file or folder that belongs to the code. Modules cannot use relative paths, because the build bundles them.
 * @param path below `src/`, e.g. `logs/records/metrics.json`
 */
export function besideCode(path: string): string {
  return join(codeFolder, path);
}

/**
 * Text of a shell or Python program that runs on a device. Programs are separate files, so that linters check them.
 * @param path below `src/`, e.g. `network/leases/lease.sh`
 */
export function programText(path: string): string {
  return readFileSync(besideCode(path), 'utf8');
}

/** The version in collab's package.json. */
export function packageVersion(): string {
  const text = readFileSync(join(packageFolder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function folderOfPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderOfPackage(dirname(folder));
}
