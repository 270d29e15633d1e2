import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { TarFile } from '../tar.js';

/** The first 12 hex digits of a SHA-256 over named parts; the names and the lengths keep parts apart. */
export function hashOf(parts: Readonly<Record<string, string | Buffer>>): string {
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0${Buffer.byteLength(value)}\0`).update(value);
  }
  return hash.digest('hex').slice(0, 12);
}

/** SHA-256 of each file's content by its name, for `hashOf`; files are streamed, so weights may be of any size. */
export async function contentsOf(files: readonly TarFile[]): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const file of files) {
    const hash = createHash('sha256');
    if ('content' in file) hash.update(file.content);
    else await pipeline(createReadStream(file.path), hash);
    contents[`${file.name}${file.executable === true ? '*' : ''}`] = hash.digest('hex');
  }
  return contents;
}
