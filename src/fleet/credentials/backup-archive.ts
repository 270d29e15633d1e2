import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CollabError, messageOf } from '../../errors.js';
import { folderFiles, tarEntries, tarOf } from '../../deployment/index.js';
import { isUtf8 } from '../../workspace/index.js';
import { badBackup } from './backup-format.js';
import { partOf } from './backup-parts.js';
import type { PrivateFile } from './placed-folder.js';

/** How many files of a part a backup has. */
export type PartCounts = Record<string, number>;

/** A tar of everything below a fleet's folder: `<part>/<path>`. Links are left out. */
export async function packFleet(folder: string): Promise<{ tar: Buffer; parts: PartCounts }> {
  const paths = await folderFiles(folder);
  const files = paths.map((path) => ({ name: `${partOf(path)}/${path}`, path: join(folder, path) }));
  return { tar: await buffer(await tarOf(files)), parts: countsOf(paths.map(partOf)) };
}

/**
 * The files of a tar, all of them checked: nothing is written here.
 * @throws CollabError `bad-backup` for a path that leads out of the folder, a link, a device, a path that is there twice
 */
export async function unpackFleet(
  tar: Buffer,
  parts: readonly string[],
): Promise<{ files: PrivateFile[]; parts: PartCounts }> {
  const found = new Map<string, PrivateFile>();
  const inParts: string[] = [];
  try {
    for await (const { name, type, content } of tarEntries(Readable.from([tar]))) {
      const [part = '', ...steps] = stepsOf(name);
      if (type !== 'file' && type !== 'directory')
        throw badBackup(`${quoted(name)} is a ${type}, not a file`);
      if (!parts.includes(part)) throw badBackup(`${quoted(name)} is in none of its parts`);
      const bytes = await buffer(content);
      if (type === 'directory') continue;
      const path = steps.join('/');
      if (path === '' || found.has(path)) throw badBackup(`${quoted(name)} is no file, or is there twice`);
      found.set(path, { path, content: bytes });
      inParts.push(part);
    }
  } catch (error) {
    if (error instanceof CollabError) throw error;
    throw badBackup(messageOf(error));
  }
  for (const path of found.keys()) {
    const above = foldersAbove(path).find((folder) => found.has(folder));
    if (above !== undefined) throw badBackup(`${quoted(above)} is a file and a folder`);
  }
  return { files: [...found.values()], parts: countsOf(inParts) };
}

/** The steps of a path that stays below where it is unpacked. */
function stepsOf(name: string): string[] {
  const steps = name.replace(/\/$/, '').split('/');
  const isSafe = (step: string) => step !== '' && step !== '.' && step !== '..' && !/[\0-\x1f\\:]/.test(step);
  if (!isUtf8(name) || !steps.every(isSafe))
    throw badBackup(`${quoted(name)} is not a path below the folder`);
  return steps;
}

function foldersAbove(path: string): string[] {
  const steps = path.split('/');
  return steps.slice(1).map((_, depth) => steps.slice(0, depth + 1).join('/'));
}

function countsOf(names: readonly string[]): PartCounts {
  const counts: PartCounts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const quoted = (name: string) => JSON.stringify(name.slice(0, 100));
