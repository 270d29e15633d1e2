import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { packageVersion } from '../../package-folder.js';

const run = promisify(execFile);

/** Versions of what ran here, for run.json. */
export function versionsHere(): Record<string, string> {
  return { collab: packageVersion(), node: process.versions.node };
}

/** The name that this user has on this machine. */
export function userHere(): string {
  try {
    return userInfo().username;
  } catch {
    // In some containers the user has a number only.
    return String(process.getuid?.() ?? '');
  }
}

/** The workspace's commit, and whether there are uncommitted changes; null when it is not a git checkout. */
export async function gitState(folder: string): Promise<{ commit: string; dirty: boolean } | null> {
  try {
    const head = await run('git', ['rev-parse', 'HEAD'], { cwd: folder });
    const status = await run('git', ['status', '--porcelain'], { cwd: folder });
    return { commit: head.stdout.trim(), dirty: status.stdout.trim() !== '' };
  } catch {
    return null;
  }
}

/** `20261121-125301-a1b2`: sorts by time, and its end distinguishes two runs of the same second. */
export function newRunId(now: Date, random: () => number): string {
  const digits = now.toISOString().replace(/[-:]/g, '');
  const end = Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}-${end}`;
}
