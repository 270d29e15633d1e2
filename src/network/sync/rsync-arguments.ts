import { resolve } from 'node:path';
import { deviceHost } from './rsync-login.js';

export interface RsyncFolders {
  /** The folder of this machine, and that of the device: absolute. */
  from: string;
  to: string;
}

/** Whether `rsync --version` tells of one that we can use: 3.1 or newer, whose times have nanoseconds. */
export function usableRsync(versionLine: string): boolean {
  const match = /^rsync +version +v?(\d+)\.(\d+)/.exec(versionLine);
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 3 || (major === 3 && minor >= 1);
}

/**
 * The arguments of rsync, which gets the names on its standard input, each ended by NUL. It is given nothing to
 * decide: what differs we know already (`--ignore-times`), and folders that are not named stay as they are.
 * @param configPath the ssh_config that says how to log in
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

/** One word of `--rsh`: quotes keep it together, a quote in it is doubled. See rsync(1), --rsh. */
function rsyncWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
}

/** Bytes sent so far, as `--info=progress2` prints them; null when this text has none. */
export function progressBytes(printed: string): number | null {
  const found = [...printed.matchAll(/(?:^|[\r\n]) *(\d+) +\d+%/g)].at(-1);
  return found ? Number(found[1]) : null;
}
