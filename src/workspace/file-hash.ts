import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Larger files are read in pieces, so that weights may be of any size. */
const wholeBytes = 4e6;
/** A file that was touched so lately may change again without looking different: times are that coarse. */
const settledMs = 100;

const known = new Map<string, { looks: string; sha256: string }>();

/**
 * SHA-256 (hex) of a file's content. Within this process a file is read again only when it looks different: its inode,
 * size, time of change or time of status.
 */
export async function sha256OfFile(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
  const looks = `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  const before = known.get(path);
  if (before?.looks === looks) return before.sha256;
  const hash = createHash('sha256');
  if (size > wholeBytes) await pipeline(createReadStream(path), hash);
  else hash.update(await readFile(path));
  const sha256 = hash.digest('hex');
  if (Date.now() - Number(ctimeMs) > settledMs) known.set(path, { looks, sha256 });
  return sha256;
}

/** The same of many, some at a time, in their order. */
export async function sha256OfFiles(paths: readonly string[]): Promise<string[]> {
  const hashes: string[] = [];
  const atOnce = 16;
  for (let at = 0; at < paths.length; at += atOnce) {
    hashes.push(...(await Promise.all(paths.slice(at, at + atOnce).map(sha256OfFile))));
  }
  return hashes;
}
