import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Fault } from './faults.js';

/** Folders that are no part of an experiment, wherever they lie in it. */
const skipped = new Set(['__pycache__', '.git', 'Logs']);

/** What an experiment's folder holds. */
export interface FolderContent {
  /** Relative paths with `/`, sorted by code unit; a link inside the folder counts as the file it leads to. */
  files: string[];
  /** Links that lead outside or nowhere, and what is neither file nor folder. */
  faults: Fault[];
}

/** Lists the files of an experiment, leaving out `__pycache__`, `.git` and `Logs`. */
export async function listFolder(folder: string): Promise<FolderContent> {
  const root = await realpath(folder);
  const content: FolderContent = { files: [], faults: [] };
  await walk(root, root, '', [root], content);
  content.files.sort();
  return content;
}

async function walk(
  root: string,
  folder: string,
  prefix: string,
  trail: readonly string[],
  content: FolderContent,
): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = `${prefix}${entry.name}`;
    const refuse = (message: string) => content.faults.push({ file: path, line: null, path: '', message });
    const target = await realpath(join(folder, entry.name)).catch(() => null);
    if (target === null) {
      refuse('this link leads to nothing');
      continue;
    }
    if (target !== root && !target.startsWith(root + sep)) {
      refuse("this link leads outside of the experiment's folder; copy the file into it");
      continue;
    }
    const kind = await stat(target);
    if (kind.isFile()) content.files.push(path);
    else if (!kind.isDirectory()) refuse('this is neither a file nor a folder');
    else if (trail.includes(target)) refuse('this link leads to a folder that it lies in');
    else await walk(root, target, `${path}/`, [...trail, target], content);
  }
}

/**
 * The id of an experiment: SHA-256, in hex, over the relative path and content of each file in order. Each file adds
 * its path and the SHA-256 of its content, so that no two folders with different files give the same bytes.
 */
export async function folderId(folder: string, files: readonly string[]): Promise<string> {
  const all = createHash('sha256');
  for (const file of files) {
    const one = createHash('sha256');
    for await (const chunk of createReadStream(join(folder, file))) one.update(chunk as Buffer);
    all.update(`${file}\0${one.digest('hex')}\n`);
  }
  return all.digest('hex');
}
