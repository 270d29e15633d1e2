import { join } from 'node:path';
import { readFileIfThere, type Workspace, writeFileAtomic } from '../../workspace/index.js';
import { makeToken, systemRandom } from '../credentials/index.js';

const fileName = 'api.token';

/** The token of the API of a workspace, which is made at the first call; only the user of this machine can read its file. */
export async function workspaceToken(workspace: Workspace): Promise<{ token: string; path: string }> {
  const path = join(await workspace.openPrivate(), fileName);
  const there = (await readFileIfThere(path))?.trim() ?? '';
  if (/^collab_[\w-]{43}$/.test(there)) return { token: there, path };
  const token = makeToken(systemRandom);
  await writeFileAtomic(path, `${token}\n`, 0o600);
  return { token, path };
}
