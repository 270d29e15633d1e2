import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Shell } from '../shell/index.js';

const timeoutMs = 900_000;

/**
 * The files with the same content on this machine and on the device, by SHA-256. Without `sha256sum` on the device, the
 * result is empty and all files are sent.
 */
export async function sameContents(
  shell: Shell,
  localFolder: string,
  remoteFolder: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Set<string>> {
  const sums = await remoteSums(shell, remoteFolder, paths, signal);
  const same = new Set<string>();
  for (const path of paths) {
    const sum = sums.get(path);
    if (sum !== undefined && sum === (await sha256(join(localFolder, path)))) same.add(path);
    signal?.throwIfAborted();
  }
  return same;
}

/** SHA-256 (hex) of files below a folder on the device, by path, without files that it cannot read. */
export async function remoteSums(
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

/** Parses the output of sha256sum: sums by path. Names with a backslash or a line break are escaped in it. */
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

/** SHA-256 (hex) of a local file. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
