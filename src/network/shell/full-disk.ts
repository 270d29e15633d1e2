import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from './shell.js';

/** SFTP says only "Failure" when a disk is full. `df` of the nearest folder that is there, for a path that may not be. */
const askSpace = 'p=$1; while [ ! -e "$p" ] && [ "$p" != / ]; do p=$(dirname -- "$p"); done; df -Pk -- "$p"';

/**
 * Makes the error of a file that could not be written clearer: `device-full` where the device says that its disk has
 * no room for so many bytes, else the error as it is.
 * @param where what a user calls the device, e.g. `pi@10.0.0.7`
 */
export async function explainFailedWrite(
  shell: Pick<Shell, 'exec'>,
  { where, path, sizeBytes }: { where: string; path: string; sizeBytes: number },
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof CollabError) || error.name !== 'device-file') return error;
  const asked = await shell
    .exec(['sh', '-c', askSpace, 'sh', path], { timeoutMs: 10_000 })
    .catch(() => ({ stdout: '' }));
  const room = parseDf(asked.stdout);
  if (room === null || room.freeBytes > sizeBytes + 4096) return error;
  return new CollabError('device-full', {
    what: `The disk of ${where} is full: ${path} could not be written.`,
    why: `${room.freeBytes} bytes are left on ${room.mount}.`,
    next: `Free space on ${where} (df -h; docker image prune -a), then run again.`,
    exitCode: ExitCode.deviceUnreachable,
    cause: error,
  });
}

/** Pure: what `df -Pk <path>` printed; null when it is no such table, or of a file system without a size such as /proc. */
export function parseDf(text: string): { freeBytes: number; mount: string } | null {
  const [, free, mount] = /\s[1-9]\d*\s+\d+\s+(-?\d+)\s+\S+%?\s+(\/.*)$/m.exec(text) ?? [];
  if (free === undefined || mount === undefined) return null;
  return { freeBytes: Math.max(0, Number(free)) * 1024, mount: plainText(mount) };
}
