import type { FileHandle } from 'node:fs/promises';
import { linePieces, openIfThere } from '../records/index.js';

const newline = 10;
const stepBytes = 64 * 1024;
const leftOut = Buffer.from('[a line of more than 32 MB is left out]');

/** The whole lines of a file that may grow, none left out: from its start, or from so many lines before its end. */
export class LogTail {
  private position: number | null = null;

  constructor(
    private readonly path: string,
    private readonly last?: number,
  ) {}

  /**
   * The lines since it was last asked, in pieces whose memory is used again.
   * @param final whether a last line without its end counts: nothing more will come
   */
  async *next(final: boolean): AsyncGenerator<Buffer, void> {
    const file = await openIfThere(this.path);
    if (file === null) return;
    try {
      const { size } = await file.stat();
      this.position ??= this.last === undefined ? 0 : await startOfLast(file, size, this.last);
      if (size <= this.position) return;
      let skipped = false;
      for await (const piece of linePieces(file, size, this.position)) {
        if (piece.kind === 'too-long') {
          skipped = true;
          continue;
        }
        if (skipped) yield leftOut;
        skipped = false;
        if (piece.kind === 'rest' && !final) return;
        this.position = piece.upToByte;
        yield piece.bytes.subarray(piece.start, piece.end);
      }
      if (skipped && final) yield leftOut;
    } finally {
      await file.close();
    }
  }
}

/** Where the last lines of a file begin. Reads no more of it than they have. */
async function startOfLast(file: FileHandle, size: number, lines: number): Promise<number> {
  if (lines === 0) return size;
  const buffer = Buffer.allocUnsafe(stepBytes);
  // The line feed at the very end ends the last line.
  let left = lines;
  let end = size - 1;
  while (end > 0) {
    const start = Math.max(0, end - stepBytes);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    for (let at = bytesRead - 1; at >= 0; at -= 1) {
      if (buffer[at] !== newline) continue;
      left -= 1;
      if (left === 0) return start + at + 1;
    }
    end = start;
  }
  return 0;
}
