import type { OfferedKey } from './offered-keys.js';
import { CollabError, ExitCode, firstWords, messageOf, plainText } from '../../errors.js';
import type { HostKey } from './host-key.js';
import { hostName, type KnownHost } from './known-hosts-line.js';
import { keyPlace, type Login } from './login.js';
import { quoteWord } from './quote.js';

/** The server of a connection. */
export type Target = Pick<Login, 'host' | 'port' | 'user' | 'hostKeyAlias' | 'via'>;

export function targetName({ user, host, port }: Target): string {
  return port === 22 ? `${user}@${host}` : `${user}@${host}:${port}`;
}

const exitCode = ExitCode.deviceUnreachable;

/** The connection failed. Unknown name, refused, no answer and closed early have different messages. */
export function deviceUnreachable({ host, port }: Target, cause: unknown): CollabError {
  const code = (cause as { code?: unknown } | null)?.code;
  const unreachable = (what: string, why: string, next: string) =>
    new CollabError('device-unreachable', { what, why, next, exitCode, cause });
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(
        `The host name ${host} cannot be resolved.`,
        'Neither DNS nor mDNS on this machine has an address for it.',
        'Check the spelling, or use the IP address.',
      );
    case 'ECONNREFUSED':
      return unreachable(
        `${host} refuses connections to port ${port}.`,
        'The machine is reachable, but no ssh server listens on that port.',
        'Start ssh on the device (sudo systemctl enable --now ssh), or give the correct port: user@host:port',
      );
    case 'ETIMEDOUT':
      return unreachable(
        `${host} does not answer on port ${port}.`,
        messageOf(cause),
        'Is the device on, and on this network? Try: ping ' + quoteWord(host),
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable(
        `There is no route to ${host}.`,
        messageOf(cause),
        'Is the device on, and on this network? `ip route` shows the networks of this machine.',
      );
    default:
      return unreachable(
        `${host} closed the connection on port ${port} before the login was done.`,
        plainText(messageOf(cause)),
        `Check the log of the ssh server on the device: journalctl -u ssh (is ${host}:${port} an ssh server?)`,
      );
  }
}

/**
 * @param offered the keys that the server has seen
 * @param left what was not offered, in words
 */
export function keyRefused(
  target: Target,
  offered: readonly Pick<OfferedKey, 'kind' | 'name'>[],
  left: readonly string[],
  cause: unknown,
): CollabError {
  const port = target.port === 22 ? '' : `-p ${target.port} `;
  const file = offered.find(({ kind }) => kind === 'file')?.name;
  const identity = file ? `-i ${quoteWord(`${file}.pub`)} ` : '';
  return new CollabError('key-refused', {
    what: `${target.host} refuses to let ${target.user} log in with a key.`,
    why: [
      `Offered: ${offered.map(({ name }) => name).join(', ') || 'no key, because the server takes none of their types'}. The server said: ${plainText(messageOf(cause))}`,
      ...(left.length === 0 ? [] : [`Not offered: ${left.join(', ')}.`]),
    ].join('\n'),
    next: `Install your key once: ssh-copy-id ${identity}${port}${quoteWord(`${target.user}@${target.host}`)}. Or let collab setup (or device add) install one with the password: it asks on a terminal, or reads --password-stdin`,
    exitCode,
    cause,
  });
}

/** No key is accepted, and the server takes nothing else. @param refused the error of the login by key */
export function keysOnlyServer(target: Target, refused: CollabError): CollabError {
  return new CollabError(refused.name, {
    what: refused.what,
    why: [refused.why, `The ssh server of ${target.host} takes keys only, so no password was asked for.`]
      .filter(Boolean)
      .join('\n'),
    next: `Add your public key to ~/.ssh/authorized_keys of ${target.user} on ${target.host}, from a machine that can log in, or set PasswordAuthentication yes in its sshd_config during the setup.`,
    exitCode,
    cause: refused,
  });
}

/** There are files or agents, and none of them has a key to offer. */
export function noUsableKey(target: Target, left: readonly string[]): CollabError {
  return new CollabError('no-login-key', {
    what: `There is no ssh key to log in to ${target.host} with.`,
    why: `Not usable: ${left.join(', ')}.`,
    next: 'Load yours into the agent (ssh-add), create one (ssh-keygen -t ed25519), name one with --key, or enter the password once: on a terminal, or with --password-stdin',
    exitCode,
  });
}

/** The server does not accept passwords. */
export function passwordNotAccepted(target: Target, accepted: readonly string[]): CollabError {
  return new CollabError('password-not-taken', {
    what: `${target.host} does not accept a password from ${target.user}.`,
    why: `Its ssh server accepts: ${plainText(accepted.join(', ')) || 'nothing'}.`,
    next: `Install a key from a machine that can log in: add your public key to ~/.ssh/authorized_keys of ${target.user}. Or set PasswordAuthentication yes in its sshd_config during the setup.`,
    exitCode,
  });
}

/** The server asks for something other than a password, such as a code or a new password. */
export function passwordNotEnough(target: Target, prompts: readonly string[]): CollabError {
  return new CollabError('password-not-taken', {
    what: `${target.host} asks ${target.user} for more than a password.`,
    why: `It asks: ${plainText(prompts.join(' | ')).trim()}`,
    next: `Log in manually once and answer it (ssh ${quoteWord(`${target.user}@${target.host}`)}), then install a key: ssh-copy-id`,
    exitCode,
  });
}

export function passwordRefused(target: Target, cause: unknown): CollabError {
  return new CollabError('password-refused', {
    what: `${target.host} refuses the password of ${target.user}.`,
    why: `The server said: ${plainText(messageOf(cause))}`,
    next: 'Check the user and the password. The account may be locked, or PermitRootLogin may exclude root.',
    exitCode,
    cause,
  });
}

/** The connection to a jump host failed. */
export function hopFailed(target: Target, hop: Target, error: CollabError): CollabError {
  return new CollabError('jump-failed', {
    what: `Cannot reach ${target.host}: the connection to its jump host ${targetName(hop)} failed.`,
    why: [error.what, error.why].filter(Boolean).join('\n'),
    next: error.next,
    exitCode: error.exitCode,
    cause: error,
  });
}

/** The last jump host could not reach the device. */
export function unreachableFrom({ host, port }: Target, hop: Target, cause: unknown): CollabError {
  return new CollabError('device-unreachable', {
    what: `${host} does not answer on port ${port} from the jump host ${hop.host}.`,
    why: plainText(messageOf(cause)),
    next: `Is the device on? Does the ssh server of ${hop.host} allow forwarding (AllowTcpForwarding, PermitOpen)?`,
    exitCode,
    cause,
  });
}

function forgetCommand(target: Target, file: string): string {
  const { host, port } = keyPlace(target);
  return `ssh-keygen -R ${quoteWord(hostName(host, port))} -f ${quoteWord(file)}`;
}

export function hostKeyChanged(target: Target, file: string, entry: KnownHost, shown: HostKey): CollabError {
  return new CollabError('host-key-changed', {
    what: `The ssh host key of ${target.host} has changed. Nothing was sent to it.`,
    why: [
      `${file}, line ${entry.line}: ${entry.key.type} ${entry.key.fingerprint}`,
      `${hostName(target.host, target.port)} now presents ${shown.type} ${shown.fingerprint}`,
      'Either the device was reinstalled, or another machine answers at its address.',
    ].join('\n'),
    next: `If you know that it was reinstalled, run: ${forgetCommand(target, file)} and then: collab setup`,
    exitCode,
  });
}

export function hostKeyRevoked(target: Target, file: string, entry: KnownHost): CollabError {
  return new CollabError('host-key-revoked', {
    what: `The ssh host key of ${target.host} is marked as revoked. Nothing was sent to it.`,
    why: `${file}, line ${entry.line}: ${entry.key.type} ${entry.key.fingerprint}`,
    next: 'Give the device a new host key: sudo rm /etc/ssh/ssh_host_*; sudo ssh-keygen -A',
    exitCode,
  });
}

export function hostKeyUnknown(target: Target, file: string, shown: HostKey): CollabError {
  return new CollabError('host-key-unknown', {
    what: `The ssh host key of ${targetName(target)} is not known.`,
    why: `It presents ${shown.type} ${shown.fingerprint}, which is not in ${file}.`,
    next: 'Add the device with: collab setup',
    exitCode,
  });
}

export function otherDevice(target: Target, deviceId: string, shown: HostKey): CollabError {
  return new CollabError('other-device', {
    what: `Another device answers at ${hostName(target.host, target.port)}. Nothing was sent to it.`,
    why: `The saved device has the host key ${deviceId}; this one presents ${shown.type} ${shown.fingerprint}`,
    next: 'Addresses may have changed, or the device was reinstalled. Find it again with: collab setup',
    exitCode,
  });
}

export function connectionLost(where: string, why: string, cause?: unknown): CollabError {
  return new CollabError('connection-lost', {
    what: `The connection to ${where} was lost.`,
    why,
    next: 'Check the power and the network of the device, then try again.',
    exitCode,
    cause,
  });
}

export function channelRefused(where: string, cause: unknown): CollabError {
  return new CollabError('channel-refused', {
    what: `The ssh server of ${where} refused to start a command or a file transfer.`,
    why: plainText(messageOf(cause)),
    next: `Check MaxSessions and Subsystem sftp in /etc/ssh/sshd_config on ${where}.`,
    exitCode,
    cause,
  });
}

/**
 * The login shell prints text also without a terminal, where a file transfer expects its own data.
 * @param printed its first bytes at least
 */
export function loginPrints(where: string, printed: string, cause?: unknown): CollabError {
  return new CollabError('login-prints', {
    what: `The login shell of ${where} prints text into the transfer of files, so none can be sent or fetched.`,
    why: `It begins with ${firstWords(printed)}.`,
    next: `On ${where}, let its startup files (~/.bashrc, ~/.profile) print to a terminal only: put this line before the one that prints: [ -t 1 ] || return`,
    exitCode,
    cause,
  });
}
