import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder for data that can be recreated, shared by all workspaces of a user: `$COLLAB_CACHE`, otherwise
 * `$XDG_CACHE_HOME/collab`, otherwise `~/.cache/collab` (XDG Base Directory Specification).
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const { COLLAB_CACHE: own = '', XDG_CACHE_HOME: xdg = '' } = env;
  if (own !== '') return own;
  return join(xdg === '' ? join(homedir(), '.cache') : xdg, 'collab');
}
