import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  isExcluded,
  readLocalTree,
  readRemoteTree,
  sha256,
  type Shell,
  remoteSums,
  type TreeEntry,
} from '../../network/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { HashCache } from './hash-cache.js';

/** Summary of a folder of data: equal on all machines that have the same files. */
export interface FolderContent {
  /** SHA-256 (hex) over path and content of each file, and target of each link, in the order of their paths. */
  hash: string;
  sizeBytes: number;
  files: number;
}

/** Hashes a folder of this machine. Files are read only when sizes or times have changed since the last time. */
export async function localContent(
  folder: string,
  cache: HashCache,
  signal?: AbortSignal,
): Promise<FolderContent> {
  const { entries } = await readLocalTree({ folder, roots: ['.'] });
  const sums = async (paths: readonly string[]) => {
    const found = new Map<string, string>();
    for (const path of paths) {
      signal?.throwIfAborted();
      found.set(path, await sha256(join(folder, path)));
    }
    return found;
  };
  return contentOf(entries, sums, cache, 'here');
}

/**
 * The same for a folder of a device; null when it does not exist. `folder` is absolute or relative to the login's home.
 * Without a cache every file is read: files that have just arrived have the expected sizes and times, whatever they
 * hold.
 */
export async function deviceContent(
  device: { name: string; id: string },
  shell: Shell,
  folder: string,
  cache: HashCache | null,
  signal?: AbortSignal,
): Promise<(FolderContent & { folder: string }) | null> {
  const tree = await readRemoteTree(shell, folder, ['.'], signal);
  if (!tree.exists) return null;
  const entries = tree.entries.filter(({ path }) => !isExcluded(path));
  const sums = async (paths: readonly string[]) => {
    const found = await remoteSums(shell, tree.folder, paths, signal);
    const unread = paths.filter((path) => !found.has(path));
    if (unread.length > 0) throw unreadable(device.name, tree.folder, unread);
    return found;
  };
  return { folder: tree.folder, ...(await contentOf(entries, sums, cache, device.id)) };
}

async function contentOf(
  entries: readonly TreeEntry[],
  sums: (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  cache: HashCache | null,
  machine: string,
): Promise<FolderContent> {
  const sorted = entries.filter(({ kind }) => kind !== 'folder').sort((a, b) => (a.path < b.path ? -1 : 1));
  const files = sorted.filter(({ kind }) => kind === 'file');
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const about = { sizeBytes, files: files.length };
  const look = createHash('sha256');
  for (const { kind, path, sizeBytes: size, modifiedAt, target } of sorted) {
    look.update(`${kind}\0${path}\0${size}\0${modifiedAt}\0${target ?? ''}\n`);
  }
  const fingerprint = look.digest('hex');
  const known = (await cache?.get(machine, fingerprint)) ?? null;
  if (known !== null) return { hash: known, ...about };
  const found = await sums(files.map(({ path }) => path));
  const whole = createHash('sha256');
  for (const { kind, path, target } of sorted) {
    if (kind === 'file') whole.update(`file\0${path}\0${found.get(path) ?? ''}\n`);
    else if (kind === 'link') whole.update(`link\0${path}\0${target ?? ''}\n`);
  }
  const hash = whole.digest('hex');
  await cache?.set(machine, fingerprint, hash);
  return { hash, ...about };
}

function unreadable(device: string, folder: string, paths: readonly string[]): CollabError {
  const shown = paths.slice(0, 5).join(', ');
  return new CollabError('data-unreadable', {
    what: `The data in ${folder} on ${device} cannot be read completely.`,
    why: `The login may not read ${shown}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}, or the device has no sha256sum.`,
    next: `Let the login of ${device} read ${folder}.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}
