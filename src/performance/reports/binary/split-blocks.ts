import { open, type FileHandle } from 'node:fs/promises';

const lengthBytes = 8;

/**
 * Splits a stream of blocks, each preceded by its length (8 bytes, little-endian), into files.
 * @returns the number of complete files
 */
export async function splitBlocks(stream: AsyncIterable<Buffer>, paths: readonly string[]): Promise<number> {
  let waiting: Buffer = Buffer.alloc(0);
  let file: FileHandle | null = null;
  let missing = 0;
  let written = 0;
  try {
    for await (const chunk of stream) {
      waiting = Buffer.concat([waiting, chunk]);
      for (;;) {
        if (file === null) {
          const path = paths[written];
          if (waiting.length < lengthBytes || path === undefined) break;
          missing = Number(waiting.readBigUInt64LE());
          waiting = waiting.subarray(lengthBytes);
          file = await open(path, 'w');
        }
        const piece = waiting.subarray(0, missing);
        for (let start = 0; start < piece.length;) start += (await file.write(piece, start)).bytesWritten;
        missing -= piece.length;
        waiting = waiting.subarray(piece.length);
        if (missing > 0) break;
        await file.close();
        file = null;
        written += 1;
      }
    }
  } finally {
    await file?.close();
  }
  return written;
}
