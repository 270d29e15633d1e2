import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Larger files are streamed, because model weights may have any size. */
const wholeBytes = 4e6;
/** A file that changed within this time may change again without a new timestamp, because timestamps are coarse. */
const settledMs = 100;

const known = new Map<string, { fingerprint: string; sha256: string }>();

/**
 * SHA-256 (hex) of a file's content. Within this process, a file is read again only if its inode, size, modification time or
 * status change time differs.
 */
export async function sha256OfFile(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await stat(path, { bigint: true });
  const fingerprint = `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  const before = known.get(path);
  if (before?.fingerprint === fingerprint) return before.sha256;
  const hash = createHash('sha256');
  if (size > wholeBytes) await pipeline(createReadStream(path), hash);
  else hash.update(await readFile(path));
  const sha256 = hash.digest('hex');
  if (Date.now() - Number(ctimeMs) > settledMs) known.set(path, { fingerprint, sha256 });
  return sha256;
}

/** SHA-256 of several files, in their order, a limited number at a time. */
export async function sha256OfFiles(paths: readonly string[]): Promise<string[]> {
  const hashes: string[] = [];
  const atOnce = 16;
  for (let at = 0; at < paths.length; at += atOnce) {
    hashes.push(...(await Promise.all(paths.slice(at, at + atOnce).map(sha256OfFile))));
  }
  return hashes;
}
