import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from './workspace.js';

/** A file or folder of `.collab/` that others than its owner could use. */
export type LooseFile = {
  path: string;
  /** Its permissions as they were found, e.g. `0644`. */
  mode: string;
  /** Whether only the owner can use it now; false when it is not ours to change. */
  mended: boolean;
};

/** Keys, known hosts, LANs and what is to be restored on devices; caches and public keys may be read by anybody. */
const isPrivate = /^(id_[^.]+|lan|gateway\.json|([^/]*\.)?known_hosts)$/;
const folders = /^(lans|lab)$/;

/**
 * Takes the rights of others from what `.collab/` keeps private: a copy or an unpacked archive may have brought them.
 * @returns what was loose; empty where all is as it should be, or nothing is there
 */
export function tightenPrivate(workspace: Workspace): LooseFile[] {
  const root = workspace.private;
  const found: LooseFile[] = [];
  tighten(root, found);
  for (const { name, path } of entries(root)) {
    if (isPrivate.test(name)) tighten(path, found);
    if (!folders.test(name)) continue;
    tighten(path, found);
    for (const below of entries(path)) {
      if (isPrivate.test(below.name) || below.name.endsWith('.json')) tighten(below.path, found);
      for (const key of entries(below.path)) if (isPrivate.test(key.name)) tighten(key.path, found);
    }
  }
  return found;
}

function tighten(path: string, found: LooseFile[]): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isSymbolicLink() || (stats.mode & 0o077) === 0) return;
  let mended = true;
  try {
    chmodSync(path, stats.mode & 0o700);
  } catch {
    mended = false;
  }
  found.push({ path, mode: `0${(stats.mode & 0o777).toString(8)}`, mended });
}

function entries(folder: string): { name: string; path: string }[] {
  try {
    return readdirSync(folder).map((name) => ({ name, path: join(folder, name) }));
  } catch {
    // Not there, no folder, or not ours to read.
    return [];
  }
}
