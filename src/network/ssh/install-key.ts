import { CollabError, ExitCode } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import type { Target } from './ssh-errors.js';

const file = '.ssh/authorized_keys';

/**
 * Adds a public key to the authorized_keys of this login, unless it is already there. ~/.ssh gets mode 0700 and the file
 * 0600; the file is written atomically. Other lines are kept.
 * @param publicLine type, base64 key and a comment
 * @returns whether the key was added
 */
export async function installKey(shell: Shell, publicLine: string): Promise<boolean> {
  const [type = '', base64 = ''] = publicLine.split(' ');
  const before = (await shell.read(file)) ?? Buffer.alloc(0);
  if (hasKey(before.toString('latin1'), type, base64)) return false;
  const gap = before.length === 0 || before.at(-1) === 0x0a ? '' : '\n';
  await shell.makeFolder('.ssh', 0o700);
  await shell.write(file, Buffer.concat([before, Buffer.from(`${gap}${publicLine}\n`)]), 0o600);
  return true;
}

/** Whether an authorized_keys text has a line for this key, with or without options before it. */
export function hasKey(text: string, type: string, base64: string): boolean {
  return text.split('\n').some((line) => {
    const words = line.trim().split(/\s+/);
    const at = words.indexOf(base64);
    return !line.trimStart().startsWith('#') && at > 0 && words[at - 1] === type;
  });
}

/** The key was installed, but the login with it fails. */
export function keyNotAccepted({ host, user }: Target, cause: CollabError): CollabError {
  return new CollabError('key-not-taken', {
    what: `A key was installed for ${user} on ${host}, but the server does not accept it.`,
    why: `${cause.what} The password was correct.`,
    next: `On ${host}, check AuthorizedKeysFile and PubkeyAuthentication in sshd_config, and that only ${user} may write to the home folder and ~/.ssh (chmod go-w ~ ~/.ssh). See also: journalctl -u ssh`,
    exitCode: ExitCode.deviceUnreachable,
    cause,
  });
}
