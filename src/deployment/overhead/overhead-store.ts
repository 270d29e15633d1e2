import { join } from 'node:path';
import { z } from 'zod';
import { overhead, type Overhead } from '../../logs/index.js';
import { readFileIfThere, type Workspace, writeFileAtomic } from '../../workspace/index.js';

const file = z.record(z.string(), overhead);

const pathOf = (workspace: Workspace) => join(workspace.private, 'overhead.json');

/** What the wrapper was last measured to cost, by device id. A file that cannot be read is as good as none. */
export async function savedOverheads(workspace: Workspace): Promise<Record<string, Overhead>> {
  const text = await readFileIfThere(pathOf(workspace));
  if (text === null) return {};
  try {
    return file.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Keeps what was measured beside what is known of other devices. */
export async function saveOverheads(workspace: Workspace, measured: Record<string, Overhead>): Promise<void> {
  const all = { ...(await savedOverheads(workspace)), ...measured };
  await workspace.openPrivate();
  await writeFileAtomic(pathOf(workspace), `${JSON.stringify(all, null, 2)}\n`, 0o600);
}
