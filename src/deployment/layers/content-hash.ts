import { createHash } from 'node:crypto';
import { sha256OfFile, sha256OfFiles } from '../../workspace/index.js';
import type { TarFile } from '../archives/index.js';

/** The first 12 hex digits of a SHA-256 over named parts; names and lengths delimit the parts. */
export function hashOf(parts: Readonly<Record<string, string | Buffer>>): string {
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0${Buffer.byteLength(value)}\0`).update(value);
  }
  return hash.digest('hex').slice(0, 12);
}

/** SHA-256 (hex) of each file's content by its name, for `hashOf`. */
export async function contentsOf(files: readonly TarFile[]): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const file of files) {
    const name = `${file.name}${file.executable === true ? '*' : ''}`;
    if ('content' in file) contents[name] = createHash('sha256').update(file.content).digest('hex');
    else contents[name] = file.sha256 ?? (await sha256OfFile(file.path));
  }
  return contents;
}

/** The same files with the hashes of their current content, which `tarOf` verifies. */
export async function sealed(files: readonly TarFile[]): Promise<TarFile[]> {
  const paths = files.flatMap((file) => ('content' in file ? [] : [file.path]));
  const hashes = new Map((await sha256OfFiles(paths)).map((hash, index) => [paths[index], hash]));
  return files.map((file) => {
    const sha256 = 'content' in file ? undefined : hashes.get(file.path);
    return sha256 === undefined || 'content' in file ? file : { ...file, sha256 };
  });
}
