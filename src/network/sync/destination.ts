import { posix } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';

/**
 * The folder on a device, absolute or relative to the login's home.
 * @throws CollabError `sync-destination` for one that leads above the home or is the home itself
 */
export function destination(to: string): string {
  const path = posix.normalize(to.replace(/^~(?:\/+|$)/, './')).replace(/(?<=.)\/$/, '');
  if (path.startsWith('/') && !path.includes('\0')) return path;
  if (path !== '.' && path !== '..' && !path.startsWith('../') && !/^~|\0/.test(path)) return path;
  throw new CollabError('sync-destination', {
    what: `${JSON.stringify(to)} cannot be the folder on the devices.`,
    next: "Give an absolute path, or one below the login's home, such as --to collab/code",
    exitCode: ExitCode.usage,
  });
}

/**
 * Refuses to remove what is not ours in a folder that holds everything.
 * @throws CollabError `sync-too-wide`
 */
export function refuseWide(folder: string, home: string): void {
  const wide = folder === '/' || folder === home || home.startsWith(`${folder}/`) || /^\/[^/]*$/.test(folder);
  if (!wide) return;
  throw new CollabError('sync-too-wide', {
    what: `--delete would remove whatever else is in ${folder} on the device. Nothing was done.`,
    next: 'Give a folder of its own with --to, or leave --delete out.',
    exitCode: ExitCode.usage,
  });
}
