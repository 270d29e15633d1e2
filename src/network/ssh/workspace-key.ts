import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import type { Workspace } from '../../workspace/index.js';
import { makeKeyPair, publicLineOf } from './key-pair.js';

/** Where the workspace's own private key is, or will be. */
export const workspaceKeyPath = (workspace: Workspace): string => join(workspace.private, 'id_ed25519');

/** The workspace's own ed25519 key, 0600 in `.collab/`: made once, then the same for every device. */
export async function workspaceKey(workspace: Workspace): Promise<{ path: string; publicLine: string }> {
  const path = workspaceKeyPath(workspace);
  await workspace.openPrivate();
  const comment = `collab-${hostname().replace(/[^\w.-]/g, '-')}`;
  if (!existsSync(path)) return { path, publicLine: await makeKeyPair(path, comment) };
  return { path, publicLine: `${publicLineOf(await readFile(path, 'utf8'), path)} ${comment}` };
}
