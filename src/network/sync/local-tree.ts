import type { BigIntStats } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { badName, isUtf8 } from '../../workspace/index.js';
import { isExcluded, permissionBits, type SyncSource, type TreeEntry } from './tree.js';

export interface LocalTree {
  entries: TreeEntry[];
  /** Sockets, pipes and device files, which are not sent. */
  notSent: string[];
}

/**
 * Reads the folder to send, parents before their contents.
 * @throws CollabError `no-folder`; `sync-links`, which lists the links that point outside the folder; `sync-name`.
 */
export async function readLocalTree({ folder, roots }: SyncSource): Promise<LocalTree> {
  if (!(await stat(folder).catch(() => null))?.isDirectory()) throw noFolder(folder);
  const real = await realpath(folder);
  const entries: TreeEntry[] = [];
  const notSent: string[] = [];
  const outside: string[] = [];
  const add = async (path: string): Promise<void> => {
    if (!isUtf8(path)) throw badName('sync-name', folder, path, 'Nothing was sent.');
    const full = join(folder, path);
    const stats = await lstat(full, { bigint: true });
    const kind = kindOf(stats);
    if (kind === 'other') notSent.push(path);
    else entries.push(await entryOf(full, path, kind, stats));
    const target = entries.at(-1)?.target ?? null;
    if (kind === 'link' && target !== null && (await pointsOutside(real, join(real, path), target)))
      outside.push(`${path} -> ${target}`);
    if (kind === 'folder') await walk(path);
  };
  const walk = async (below: string): Promise<void> => {
    const names = (await readdir(join(folder, below))).sort();
    for (const name of names) {
      const path = below === '.' ? name : `${below}/${name}`;
      if (!isExcluded(name) || !isUtf8(name)) await add(path);
    }
  };
  for (const root of roots) {
    if (root === '.') await walk('.');
    else if (await lstat(join(folder, root)).catch(() => null)) await add(root);
  }
  if (outside.length > 0) throw linksPointOutside(folder, outside);
  return { entries, notSent };
}

function kindOf(stats: BigIntStats): TreeEntry['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

async function entryOf(
  full: string,
  path: string,
  kind: TreeEntry['kind'],
  stats: BigIntStats,
): Promise<TreeEntry> {
  const nanoseconds = 1_000_000_000n;
  const fraction = ((stats.mtimeNs % nanoseconds) + nanoseconds) % nanoseconds;
  const seconds = (stats.mtimeNs - fraction) / nanoseconds;
  return {
    path,
    kind,
    mode: Number(stats.mode) & permissionBits,
    sizeBytes: kind === 'file' ? Number(stats.size) : 0,
    modifiedAt: `${seconds}.${String(fraction).padStart(9, '0')}`,
    target: kind === 'link' ? await readlink(full) : null,
  };
}

/** Whether a link points outside the folder, by its text or through other links. */
async function pointsOutside(real: string, link: string, target: string): Promise<boolean> {
  const inside = (path: string) => !relative(real, path).split(sep).includes('..');
  if (isAbsolute(target) || !inside(resolve(link, '..', target))) return true;
  const resolved = await realpath(link).catch(() => null);
  return resolved !== null && !inside(resolved);
}

function noFolder(folder: string): CollabError {
  return new CollabError('no-folder', {
    what: `There is no folder ${folder}.`,
    next: 'Give the folder to send, or none to send the code of this workspace.',
    exitCode: ExitCode.usage,
  });
}

function linksPointOutside(folder: string, links: readonly string[]): CollabError {
  return new CollabError('sync-links', {
    what: `${links.length} ${links.length === 1 ? 'link points' : 'links point'} outside ${folder}. Nothing was sent.`,
    why: links.join('\n'),
    next: 'Move their targets into the folder and make the links relative. Devices get nothing from outside it.',
    exitCode: ExitCode.usage,
  });
}
