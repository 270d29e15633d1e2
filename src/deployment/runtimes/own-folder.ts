import type { ConnectedDevice } from '../../network/index.js';
import { ignoreAll } from '../../workspace/index.js';

/** The folder of collab in the home of a device's login. */
export const ownFolder = ({ device }: ConnectedDevice): string => `${device.facts.user.home}/.collab`;

/**
 * Gives that folder its own ignore file, because a home may be a git repository. No run fails for it: what a role needs to
 * write there reports a full disk.
 */
export async function keepOwnFolderOutOfGit(connected: ConnectedDevice): Promise<void> {
  const path = `${ownFolder(connected)}/.gitignore`;
  try {
    if ((await connected.shell.read(path)) === null) await connected.shell.write(path, ignoreAll, 0o644);
  } catch {
    // See above.
  }
}
