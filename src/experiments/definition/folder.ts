import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isUtf8, sha256OfFiles } from '../../workspace/index.js';
import type { Fault } from './faults.js';
import { readLeftOut, type LeftOut } from './left-out.js';

const ignoreFileName = '.collabignore';
const leaveOut = `, or exclude it in ${ignoreFileName}`;

/** What an experiment's folder holds. */
export interface FolderContent {
  /** Relative paths with `/`, sorted by code unit; a link inside the folder counts as the file it leads to. */
  files: string[];
  /** Files and folders that `.collabignore` or the built-in rules exclude; nothing below them is read. */
  leftOut: string[];
  /** Broken links, links that lead outside, and whatever is neither file nor folder. */
  faults: Fault[];
}

/** Lists the files of an experiment, without those that `left-out.ts` excludes. @param data see `readLeftOut` */
export async function listFolder(folder: string, data: readonly string[] = []): Promise<FolderContent> {
  const root = await realpath(folder);
  const content: FolderContent = { files: [], leftOut: [], faults: [] };
  const isLeftOut = await readLeftOut(await ignoreFileOf(root), data);
  await walk({ root, isLeftOut, content }, root, '', [root]);
  content.files.sort();
  return content;
}

async function ignoreFileOf(root: string): Promise<string> {
  const path = join(root, ignoreFileName);
  const kind = await stat(path).catch(() => null);
  return kind?.isFile() === true ? readFile(path, 'utf8') : '';
}

interface Walk {
  root: string;
  isLeftOut: LeftOut;
  content: FolderContent;
}

async function walk(about: Walk, folder: string, prefix: string, trail: readonly string[]): Promise<void> {
  const { root, isLeftOut, content } = about;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    if (isLeftOut(path, entry.isDirectory())) {
      content.leftOut.push(path);
      continue;
    }
    const refuse = (message: string) => content.faults.push({ file: path, line: null, path: '', message });
    if (!isUtf8(entry.name)) {
      refuse(`this name is not valid UTF-8; rename it${leaveOut}`);
      continue;
    }
    // A regular file needs no realpath: `folder` is free of links already.
    if (entry.isFile()) {
      content.files.push(path);
      continue;
    }
    const target = await realpath(join(folder, entry.name)).catch(() => null);
    if (target === null) {
      refuse(`this link is broken; fix it${leaveOut}`);
      continue;
    }
    if (target !== root && !target.startsWith(root + sep)) {
      refuse(`this link leads outside the experiment's folder; copy the file into it${leaveOut}`);
      continue;
    }
    const kind = await stat(target);
    if (kind.isFile()) content.files.push(path);
    else if (!kind.isDirectory()) refuse('this is neither a file nor a folder');
    else if (trail.includes(target)) refuse('this link leads to a folder that it lies in');
    else if (isLeftOut(path, true)) content.leftOut.push(path);
    else await walk(about, target, `${path}/`, [...trail, target]);
  }
}

/**
 * The id of an experiment: SHA-256, in hex, over the relative path and content of each file in order. Each file adds
 * its path and the SHA-256 of its content, so that no two folders with different files give the same bytes.
 */
export async function folderId(folder: string, files: readonly string[]): Promise<string> {
  const all = createHash('sha256');
  const hashes = await sha256OfFiles(files.map((file) => join(folder, file)));
  for (const [index, file] of files.entries()) all.update(`${file}\0${hashes[index] ?? ''}\n`);
  return all.digest('hex');
}
