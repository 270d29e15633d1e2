import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where what can be made again is kept, for all workspaces of a user: `$COLLAB_CACHE`, else `$XDG_CACHE_HOME/collab`,
 * else `~/.cache/collab` (XDG Base Directory Specification).
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const { COLLAB_CACHE: own = '', XDG_CACHE_HOME: xdg = '' } = env;
  if (own !== '') return own;
  return join(xdg === '' ? join(homedir(), '.cache') : xdg, 'collab');
}
