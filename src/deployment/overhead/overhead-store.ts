import { join } from 'node:path';
import { z } from 'zod';
import { overhead, type Overhead } from '../../logs/index.js';
import { readFileIfThere, type Workspace, writeFileAtomic } from '../../workspace/index.js';

const file = z.record(z.string(), overhead);

const pathOf = (workspace: Workspace) => join(workspace.private, 'overhead.json');

/** The last measured overhead by device id. An unreadable file counts as missing. */
export async function savedOverheads(workspace: Workspace): Promise<Record<string, Overhead>> {
  const text = await readFileIfThere(pathOf(workspace));
  if (text === null) return {};
  try {
    return file.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Saves new measurements and keeps those of other devices. */
export async function saveOverheads(workspace: Workspace, measured: Record<string, Overhead>): Promise<void> {
  const all = { ...(await savedOverheads(workspace)), ...measured };
  await workspace.openPrivate();
  await writeFileAtomic(pathOf(workspace), `${JSON.stringify(all, null, 2)}\n`, 0o600);
}
