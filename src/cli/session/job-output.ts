import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes bytes to standard output, as they are. */
export async function writeOut(content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  await pipeline(Readable.from(content, { highWaterMark: 1 }), process.stdout, { signal, end: false });
}

/** Bytes as text, for a field of JSON. */
export async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
