import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * Reads a file of a folder that a task may write to. What the task put in its place is not read: a link leads to files of the
 * agent, and a pipe would be waited for.
 * @param part at most so much of it, `from` its beginning or its end
 * @returns null if there is no such file, or it is none
 */
export async function readTaskFile(
  path: string,
  part: { maxBytes: number; from: 'beginning' | 'end' },
): Promise<Buffer | null> {
  const { maxBytes, from } = part;
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
    const length = Math.min(stats.size, maxBytes);
    const start = from === 'end' ? stats.size - length : 0;
    const content = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(content, filled, length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return content.subarray(0, filled);
  } finally {
    await file.close();
  }
}
