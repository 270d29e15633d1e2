import { resolve } from 'node:path';
import { deviceHost } from './rsync-login.js';

export interface RsyncFolders {
  /** The local folder and the folder on the device, as absolute paths. */
  from: string;
  to: string;
}

/** Whether the version is supported: 3.1 or newer, which transfers times in nanoseconds. */
export function usableRsync(versionLine: string): boolean {
  const match = /^rsync +version +v?(\d+)\.(\d+)/.exec(versionLine);
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 3 || (major === 3 && minor >= 1);
}

/**
 * The arguments of rsync, which reads NUL-terminated names from standard input. It makes no decisions: the plan already
 * contains the differences (`--ignore-times`), and folders that are not named are not changed.
 * @param configPath the ssh_config for the login
 */
export function rsyncArguments({ from, to }: RsyncFolders, configPath: string): string[] {
  return [
    '--dirs',
    '--links',
    '--perms',
    '--times',
    '--omit-dir-times',
    '--chmod=ug-s,a-t',
    '--ignore-times',
    '--no-implied-dirs',
    '--from0',
    '--files-from=-',
    '--protect-args',
    '--info=progress2',
    '--no-human-readable',
    '--timeout=60',
    `--rsh=ssh -F ${rsyncWord(configPath)}`,
    `${resolve(from)}/`,
    `${deviceHost}:${to}/`,
  ];
}

/** Quotes one word of `--rsh`; a quote inside is doubled. See rsync(1), --rsh. */
function rsyncWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
}

/** Parses the bytes sent so far from the output of `--info=progress2`; null without any. */
export function progressBytes(printed: string): number | null {
  const found = [...printed.matchAll(/(?:^|[\r\n]) *(\d+) +\d+%/g)].at(-1);
  return found ? Number(found[1]) : null;
}
