import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TarFile } from '../tar.js';

/** The first 12 hex digits of a SHA-256 over named parts; the names and the lengths keep parts apart. */
export function hashOf(parts: Readonly<Record<string, string | Buffer>>): string {
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0${Buffer.byteLength(value)}\0`).update(value);
  }
  return hash.digest('hex').slice(0, 12);
}

/** Content of files by name, for `hashOf`. */
export async function contentsOf(files: readonly TarFile[]): Promise<Record<string, Buffer | string>> {
  const contents: Record<string, Buffer | string> = {};
  for (const file of files) {
    contents[`${file.name}${file.executable === true ? '*' : ''}`] =
      'content' in file ? file.content : await readFile(file.path);
  }
  return contents;
}
