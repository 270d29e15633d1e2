import { CollabError, ExitCode, plainText } from '../../errors.js';
import type { Shell } from './shell.js';

/** SFTP only reports "Failure" when a disk is full. Runs `df` on the path or its nearest existing parent. */
const askSpace = 'p=$1; while [ ! -e "$p" ] && [ "$p" != / ]; do p=$(dirname -- "$p"); done; df -Pk -- "$p"';

/**
 * Explains a failed write: `device-full` if the disk of the device has no room for `sizeBytes`, otherwise the original
 * error.
 * @param where the device's name for messages, e.g. `pi@10.0.0.7`
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
    why: `${room.freeBytes} bytes are free on ${room.mount}.`,
    next: `Free space on ${where} (df -h; docker image prune -a), then try again.`,
    exitCode: ExitCode.deviceUnreachable,
    cause: error,
  });
}

/** Parses the output of `df -Pk <path>`; null for other text, and for a file system without a size such as /proc. */
export function parseDf(text: string): { freeBytes: number; mount: string } | null {
  const [, free, mount] = /\s[1-9]\d*\s+\d+\s+(-?\d+)\s+\S+%?\s+(\/.*)$/m.exec(text) ?? [];
  if (free === undefined || mount === undefined) return null;
  return { freeBytes: Math.max(0, Number(free)) * 1024, mount: plainText(mount) };
}
