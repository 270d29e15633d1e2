import { type LogChoice, type LogLines, plainText, readLogs, readSettledRun } from '../../../index.js';

/** Lines at the end of each log that are shown. */
const shownLines = 500;
/** Of all logs together. */
const mostBytes = 1_000_000;

/** The end of what a role instance printed. */
export interface ShownLog extends Pick<LogLines, 'trial' | 'role' | 'rank' | 'device' | 'stream'> {
  readonly text: string;
}

/**
 * The last lines that roles of a run printed, of the trial that began last unless another one is named.
 * @throws CollabError as `readLogs`
 */
export async function shownLogs(
  folder: string,
  choice: Pick<LogChoice, 'trials' | 'roles'>,
): Promise<{ logs: ShownLog[]; cut: boolean }> {
  const record = await readSettledRun(folder);
  const logs = new Map<string, ShownLog>();
  const wanted = { ...choice, streams: ['stdout', 'stderr'] as const, tail: shownLines };
  let left = mostBytes;
  for await (const { trial, role, rank, device, stream, bytes } of readLogs(folder, record, wanted)) {
    const key = `${trial} ${role}-${rank} ${stream}`;
    const before = logs.get(key)?.text ?? '';
    const text = plainText(bytes.toString('utf8', 0, Math.min(bytes.length, left)));
    logs.set(key, { trial, role, rank, device, stream, text: `${before}${text}\n` });
    left -= bytes.length;
    if (left <= 0) return { logs: [...logs.values()], cut: true };
  }
  return { logs: [...logs.values()], cut: false };
}
