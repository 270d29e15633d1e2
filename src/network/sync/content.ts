import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Shell } from '../shell/index.js';

const timeoutMs = 900_000;

/**
 * Which of these files have the same content here and on the device, by SHA-256. A device without `sha256sum` gives
 * none: those files are sent.
 */
export async function sameContents(
  shell: Shell,
  here: string,
  there: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Set<string>> {
  const theirs = await sumsThere(shell, there, paths, signal);
  const same = new Set<string>();
  for (const path of paths) {
    const sum = theirs.get(path);
    if (sum !== undefined && sum === (await sha256(join(here, path)))) same.add(path);
    signal?.throwIfAborted();
  }
  return same;
}

/** SHA-256 (hex) of files below a folder of the device, by path; of those that it cannot read there is none. */
export async function sumsThere(
  shell: Shell,
  folder: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const input = paths.map((path) => `./${path}\0`).join('');
  const script = 'cd -- "$1" && xargs -0 sha256sum';
  const { stdout } = await shell.exec(['sh', '-c', script, 'sh', folder], {
    input,
    timeoutMs,
    ...(signal && { signal }),
  });
  return parseSums(stdout);
}

/** What sha256sum printed, by path. A name with a backslash or a line break is written with escapes. */
export function parseSums(printed: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of printed.split('\n')) {
    const match = /^(\\?)([0-9a-f]{64}) [ *]\.\/(.*)$/.exec(line);
    if (!match) continue;
    const [, escaped, sum = '', name = ''] = match;
    sums.set(
      escaped ? name.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter)) : name,
      sum,
    );
  }
  return sums;
}

/** SHA-256 (hex) of a file of this machine. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
