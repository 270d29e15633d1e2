import { CollabError, ExitCode } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import type { Target } from './ssh-errors.js';

const file = '.ssh/authorized_keys';

/**
 * Adds a public key to those that may log in as this login, unless it is there: ~/.ssh gets mode 0700, the file 0600,
 * and is written whole. Other lines stay as they are.
 * @param publicLine type and key in base64, then a comment
 * @returns whether it had to be added
 */
export async function installKey(shell: Shell, publicLine: string): Promise<boolean> {
  const [type = '', base64 = ''] = publicLine.split(' ');
  const before = (await shell.read(file)) ?? Buffer.alloc(0);
  if (holdsKey(before.toString('latin1'), type, base64)) return false;
  const gap = before.length === 0 || before.at(-1) === 0x0a ? '' : '\n';
  await shell.makeFolder('.ssh', 0o700);
  await shell.write(file, Buffer.concat([before, Buffer.from(`${gap}${publicLine}\n`)]), 0o600);
  return true;
}

/** Whether a line of an authorized_keys text, with or without options before the key, lets it in. */
export function holdsKey(text: string, type: string, base64: string): boolean {
  return text.split('\n').some((line) => {
    const words = line.trim().split(/\s+/);
    const at = words.indexOf(base64);
    return !line.trimStart().startsWith('#') && at > 0 && words[at - 1] === type;
  });
}

/** The key was installed, and does not open the door. */
export function keyNotTaken({ host, user }: Target, cause: CollabError): CollabError {
  return new CollabError('key-not-taken', {
    what: `A key was installed for ${user} on ${host}, but it is not let in by it.`,
    why: `${cause.what} The password was right.`,
    next: `Look at ${host}: AuthorizedKeysFile and PubkeyAuthentication in sshd_config, and that nobody but ${user} may write to the home and ~/.ssh (chmod go-w ~ ~/.ssh). journalctl -u ssh tells more.`,
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}
