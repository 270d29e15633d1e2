import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.js';
import { Workspace } from './workspace.js';

/** A file per workspace, so that commands that start at the same time do not disturb each other. */
const registerFolder = (): string => join(cacheFolder(), 'workspaces');

/**
 * Notes in the user's cache that a workspace is on this machine, once it has a LAN: others must not remove what it keeps on
 * devices. A cache that cannot be written is no reason to fail.
 */
export function registerWorkspace({ root, lans }: Workspace): void {
  if (!existsSync(lans)) return;
  const real = realpathSync(root);
  const path = join(registerFolder(), createHash('sha256').update(real).digest('hex').slice(0, 32));
  try {
    if (existsSync(path)) return;
    mkdirSync(registerFolder(), { recursive: true, mode: 0o700 });
    writeFileSync(path, real, { mode: 0o600 });
  } catch {
    // See above.
  }
}

/** The other workspaces of this user on this machine that have a LAN, by path. Those that are gone are forgotten. */
export async function otherWorkspaces({ root }: Workspace): Promise<Workspace[]> {
  const own = realpathSync(root);
  const found: Workspace[] = [];
  for (const name of await readdir(registerFolder()).catch(() => [])) {
    const path = join(registerFolder(), name);
    const folder = await readFile(path, 'utf8').catch(() => '');
    const workspace = new Workspace(folder);
    if (folder !== '' && existsSync(workspace.testCases)) found.push(workspace);
    else await rm(path, { force: true }).catch(() => undefined);
  }
  return found.filter((one) => one.root !== own).sort((a, b) => (a.root < b.root ? -1 : 1));
}
