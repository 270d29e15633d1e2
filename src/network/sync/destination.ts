import { posix } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';

/**
 * Normalizes the folder on a device: absolute, or relative to the login's home.
 * @throws CollabError `sync-destination` for the home folder or a path that leads out of it
 */
export function destination(to: string): string {
  const path = posix.normalize(to.replace(/^~(?:\/+|$)/, './')).replace(/(?<=.)\/$/, '');
  if (path.startsWith('/') && !path.includes('\0')) return path;
  if (path !== '.' && path !== '..' && !path.startsWith('../') && !/^~|\0/.test(path)) return path;
  throw new CollabError('sync-destination', {
    what: `${JSON.stringify(to)} is not a valid folder on the devices.`,
    next: "Give an absolute path, or a path below the login's home, such as --to collab/code",
    exitCode: ExitCode.usage,
  });
}

/**
 * Refuses `--delete` in a folder that is too general, where it would remove unrelated files.
 * @throws CollabError `sync-too-wide`
 */
export function refuseWide(folder: string, home: string): void {
  const wide = folder === '/' || folder === home || home.startsWith(`${folder}/`) || /^\/[^/]*$/.test(folder);
  if (!wide) return;
  throw new CollabError('sync-too-wide', {
    what: `--delete would remove all other files in ${folder} on the device. Nothing was changed.`,
    next: 'Choose a dedicated folder with --to, or omit --delete.',
    exitCode: ExitCode.usage,
  });
}
