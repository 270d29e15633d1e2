import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { keepOutOfGit } from './ignore-file.js';
import type { Workspace } from './workspace.js';

/** A file or folder in `.collab/` with permissions for other users. */
export type LooseFile = {
  path: string;
  /** Its previous permissions, e.g. `0644`. */
  mode: string;
  /** Whether the permissions were removed; false if this user may not change them. */
  fixed: boolean;
};

/** Keys, known hosts, LANs, fleets and the gateway state. Everyone may read caches and public keys. */
const isPrivate = /^(id_[^.]+|lan|gateway\.json|([^/]*\.)?known_hosts)$/;
const folders = /^(lans|lab)$/;

/**
 * Removes the permissions of other users from private files in `.collab/`. A copy or an unpacked archive may have added them.
 * A `.collab/` that an older collab made gets its ignore file.
 * @returns the affected files; empty if there are none
 */
export function tightenPrivate(workspace: Workspace): LooseFile[] {
  const root = workspace.private;
  const found: LooseFile[] = [];
  tighten(root, found);
  const there = entries(root);
  if (there.length > 0 && !there.some(({ name }) => name === '.gitignore')) keepOutOfGitIfAllowed(root);
  for (const { name, path } of there) {
    if (isPrivate.test(name)) tighten(path, found);
    if (name === 'fleets') tightenAll(path, found);
    if (!folders.test(name)) continue;
    tighten(path, found);
    for (const below of entries(path)) {
      if (isPrivate.test(below.name) || below.name.endsWith('.json')) tighten(below.path, found);
      for (const key of entries(below.path)) if (isPrivate.test(key.name)) tighten(key.path, found);
    }
  }
  return found;
}

/** A `.collab/` that this user may not change stays as it is. */
function keepOutOfGitIfAllowed(folder: string): void {
  try {
    keepOutOfGit(folder);
  } catch {
    // What needs to be written there reports it.
  }
}

/** Below `fleets`, everything is private. */
function tightenAll(path: string, found: LooseFile[]): void {
  tighten(path, found);
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  for (const below of entries(path)) tightenAll(below.path, found);
}

function tighten(path: string, found: LooseFile[]): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isSymbolicLink() || (stats.mode & 0o077) === 0) return;
  let fixed = true;
  try {
    chmodSync(path, stats.mode & 0o700);
  } catch {
    fixed = false;
  }
  found.push({ path, mode: `0${(stats.mode & 0o777).toString(8)}`, fixed });
}

function entries(folder: string): { name: string; path: string }[] {
  try {
    return readdirSync(folder).map((name) => ({ name, path: join(folder, name) }));
  } catch {
    // It does not exist, is not a folder, or may not be read.
    return [];
  }
}
