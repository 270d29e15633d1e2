import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A part of a file of a task, and where it is in it. */
export interface TaskFilePart {
  content: Buffer;
  from: number;
  /** Of the whole file. */
  sizeBytes: number;
}

/** At most so much of a file, `from` its beginning or its end. @returns null as `readTaskPart` */
export async function readTaskFile(
  path: string,
  { maxBytes, from }: { maxBytes: number; from: 'beginning' | 'end' },
): Promise<Buffer | null> {
  const part = await readTaskPart(path, { maxBytes, from: from === 'end' ? -maxBytes : 0 });
  return part?.content ?? null;
}

/**
 * Reads a file of a folder that a task may write to. What the task put in its place is not read: a link leads to files of the
 * agent, and a pipe would be waited for.
 * @param part at most so much of it, from this byte on; from so many before its end if `from` is negative
 * @returns null if there is no such file, or it is none
 */
export async function readTaskPart(
  path: string,
  { maxBytes, from }: { maxBytes: number; from: number },
): Promise<TaskFilePart | null> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ELOOP: a link. ENXIO: a socket.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENXIO') return null;
    throw error;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return null;
    const start = from < 0 ? Math.max(0, stats.size + from) : Math.min(from, stats.size);
    const length = Math.min(stats.size - start, maxBytes);
    const content = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(content, filled, length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { content: content.subarray(0, filled), from: start, sizeBytes: stats.size };
  } finally {
    await file.close();
  }
}
