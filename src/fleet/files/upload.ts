import { createHash } from 'node:crypto';
import { type Broker, bucketCount, chunkSubject } from '../broker/index.js';
import { abortable } from './abortable.js';
import type { ByteWindow } from './byte-window.js';
import { bucketOf, chunkBytes, partBytes } from './record.js';

/** Where the content of a version lies. */
export interface Place {
  space: string;
  /** Of the version. */
  id: string;
}

export interface Uploaded {
  sizeBytes: number;
  sha256: string;
  parts: string[];
}

/** A message costs about as much as this many bytes, whatever is in it. */
const leastCostBytes = 64 * 1024;

/** The subject of a chunk. */
export const subjectOf = (place: Place, part: number, chunk: number): string =>
  chunkSubject(bucketOf(place.id, part, bucketCount), place, part, chunk);

/**
 * Sends a file's content in chunks. What is returned is not safe yet: `send` gets a promise for each chunk.
 * @param window of all files that are sent at the same time
 */
export async function upload(
  broker: Broker,
  place: Place,
  content: AsyncIterable<Uint8Array>,
  {
    window,
    signal,
    send,
  }: { window: ByteWindow; signal: AbortSignal; send: (safe: Promise<void>, bytes: number) => void },
): Promise<Uploaded> {
  const whole = createHash('sha256');
  const parts: string[] = [];
  let part = createHash('sha256');
  let partSize = 0;
  let sizeBytes = 0;
  for await (const chunk of chunksOf(content, signal)) {
    whole.update(chunk);
    part.update(chunk);
    const subject = subjectOf(place, parts.length, partSize / chunkBytes);
    const release = await window.take(Math.max(chunk.length, leastCostBytes));
    signal.throwIfAborted();
    const safe = broker.publish(subject, chunk, { signal }).then(() => undefined);
    send(safe.finally(release), chunk.length);
    sizeBytes += chunk.length;
    partSize += chunk.length;
    if (partSize < partBytes) continue;
    parts.push(part.digest('hex'));
    part = createHash('sha256');
    partSize = 0;
  }
  if (partSize > 0) parts.push(part.digest('hex'));
  return { sizeBytes, sha256: whole.digest('hex'), parts };
}

/** Cuts a content into chunks of full length, the last one shorter. They are copies: the source may use its memory again. */
async function* chunksOf(
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let chunk: Buffer | null = null;
  let filled = 0;
  for await (const piece of abortable(content, signal)) {
    for (let at = 0; at < piece.length;) {
      chunk ??= Buffer.allocUnsafe(chunkBytes);
      const count = Math.min(piece.length - at, chunkBytes - filled);
      chunk.set(piece.subarray(at, at + count), filled);
      at += count;
      filled += count;
      if (filled < chunkBytes) continue;
      yield chunk;
      chunk = null;
      filled = 0;
    }
  }
  if (chunk !== null && filled > 0) yield chunk.subarray(0, filled);
}
