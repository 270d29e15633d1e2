import { open, type FileHandle } from 'node:fs/promises';

/** Bytes per read, at least and at most; a small file is read at once. */
const [leastRead, mostRead] = [4 * 1024, 512 * 1024];
/** Bytes per piece. Small, so that the objects made from it are freed early. */
const pieceBytes = 64 * 1024;
/** A longer line is not a record; it is skipped and reported. */
export const longestLineBytes = 32 * 1024 * 1024;
const newline = 10;

/** Whole lines, or a last line without its end. */
export interface TextPiece {
  readonly kind: 'lines' | 'rest';
  /** Reused: copy what you need before you ask for the next piece. */
  readonly bytes: Buffer;
  readonly start: number;
  /** The last newline is not included. */
  readonly end: number;
  /** Bytes of the file up to the end of this piece. */
  readonly upToByte: number;
}

/** A piece of a file, or a line that is too long to be read. */
export type LinePiece = TextPiece | { readonly kind: 'too-long' };

/**
 * The lines of a file in pieces, in order: a file of any length takes little memory.
 * @param untilByte where to stop, so that a second pass over a growing file sees what the first saw
 * @param fromByte where a line begins
 */
export async function* linePieces(
  file: FileHandle,
  untilByte: number,
  fromByte = 0,
): AsyncGenerator<LinePiece, void> {
  const { size } = await file.stat();
  const readBytes = Math.min(Math.max(size, leastRead), mostRead);
  let buffer = Buffer.allocUnsafe(2 * readBytes);
  /** Bytes at the front of the buffer of a line whose end was not read yet. */
  let begun = 0;
  /** A line is being skipped because it is too long. */
  let passing = false;
  const ahead = Buffer.allocUnsafe(readBytes);
  const readOn = (from: number) => file.read(ahead, 0, Math.min(readBytes, untilByte - from), from);
  let position = fromByte;
  let reading = readOn(position);
  for (;;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) break;
    if (buffer.length - begun < bytesRead) buffer = Buffer.concat([buffer, buffer]);
    ahead.copy(buffer, begun, 0, bytesRead);
    position += bytesRead;
    // The next bytes are read while these are processed.
    reading = readOn(position);
    reading.catch(() => undefined);
    const filled = begun + bytesRead;
    let start = 0;
    if (passing) {
      const end = buffer.subarray(0, filled).indexOf(newline);
      if (end === -1) {
        begun = 0;
        continue;
      }
      yield { kind: 'too-long' };
      passing = false;
      start = end + 1;
    }
    const last = buffer.lastIndexOf(newline, filled - 1) + 1;
    while (start < last) {
      const end = Math.min(buffer.indexOf(newline, Math.min(start + pieceBytes, last - 1)), last - 1);
      yield { kind: 'lines', bytes: buffer, start, end, upToByte: position - (filled - end - 1) };
      start = end + 1;
    }
    begun = filled - start;
    buffer.copyWithin(0, start, filled);
    if (begun > longestLineBytes) {
      passing = true;
      begun = 0;
    }
  }
  if (passing) yield { kind: 'too-long' };
  else if (begun > 0) yield { kind: 'rest', bytes: buffer, start: 0, end: begun, upToByte: position };
}

/** Null when there is no such file: a role never wrote it, or the run did not get that far. */
export async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
