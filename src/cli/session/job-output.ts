import { once } from 'node:events';

/** Writes bytes to standard output, as they are. Called for each task: a pipeline would leave its listeners there each time. */
export async function writeOut(content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  for await (const piece of content) {
    signal.throwIfAborted();
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain', { signal });
  }
}

/** Bytes as text, for a field of JSON. */
export async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
