import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { plainText } from '../../errors.js';
import type { Shell } from './shell.js';

/** Larger files are streamed through a command instead of being loaded into memory. */
export const wholeLimitBytes = 4 * 1024 * 1024;
/** A transfer ends with its connection, not by the clock. */
const longMs = 24 * 3600 * 1000;

/** A lost connection closes standard input like its normal end, so the file is renamed only if its size is correct. */
const receive = `cat >"$1" && [ "$(wc -c <"$1")" -eq "$2" ] && chmod "$3" "$1" && mv -f -- "$1" "$4" || {
  rm -f -- "$1"; echo 'the file arrived incomplete' >&2; exit 1; }`;

/**
 * Streams the first `sizeBytes` of a file of this machine to a device, whose folder must exist. The file appears there whole.
 * @param sent called with the bytes of each chunk
 * @returns why it did not arrive; null if it did
 */
export async function streamFile(
  shell: Pick<Shell, 'exec'>,
  { from, to, sizeBytes, mode }: { from: string; to: string; sizeBytes: number; mode: number },
  { sent, signal }: { sent?: (bytes: number) => void; signal?: AbortSignal | undefined } = {},
): Promise<string | null> {
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent?.(chunk.length);
      done(null, chunk);
    },
  });
  const source = (await open(from)).createReadStream({ end: sizeBytes - 1 });
  source.on('error', (error) => counted.destroy(error));
  const temporary = `${to}.${randomBytes(4).toString('hex')}.tmp`;
  const words = [temporary, String(sizeBytes), mode.toString(8).padStart(4, '0'), to];
  const { code, stderr } = await shell.exec(['sh', '-c', receive, 'sh', ...words], {
    input: source.pipe(counted),
    timeoutMs: longMs,
    ...(signal && { signal }),
  });
  source.destroy();
  return code === 0 ? null : plainText(stderr.trim());
}
