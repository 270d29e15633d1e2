import { CollabError, ExitCode, messageOf, plainText } from '../../errors.js';
import type { HostKey } from './host-key.js';
import { hostName, type KnownHost } from './known-hosts-line.js';
import { keyPlace, type Login } from './login.js';
import { quoteWord } from './quote.js';

/** Whom we speak to. */
export type Target = Pick<Login, 'host' | 'port' | 'user' | 'hostKeyAlias' | 'via'>;

export function targetName({ user, host, port }: Target): string {
  return port === 22 ? `${user}@${host}` : `${user}@${host}:${port}`;
}

const exitCode = ExitCode.deviceUnreachable;

/** No connection came about: name unknown, refused, no answer and cut are told apart. */
export function deviceUnreachable({ host, port }: Target, cause: unknown): CollabError {
  const code = (cause as { code?: unknown } | null)?.code;
  const said = (what: string, why: string, next: string) =>
    new CollabError('device-unreachable', { what, why, next, exitCode, cause });
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return said(
        `The name ${host} is not known.`,
        'Neither DNS nor mDNS of this machine gives it an address.',
        'Check the spelling, or use the IP address.',
      );
    case 'ECONNREFUSED':
      return said(
        `${host} refuses connections to port ${port}.`,
        'The machine is there, but no ssh server listens on that port.',
        'Start ssh on the device (sudo systemctl enable --now ssh), or give the right port: user@host:port',
      );
    case 'ETIMEDOUT':
      return said(
        `${host} does not answer on port ${port}.`,
        messageOf(cause),
        'Is the device on, and on this network? Try: ping ' + quoteWord(host),
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return said(
        `There is no route to ${host}.`,
        messageOf(cause),
        'Is the device on, and on this network? `ip route` shows the networks of this machine.',
      );
    default:
      return said(
        `${host} closed the connection on port ${port} before the login was done.`,
        plainText(messageOf(cause)),
        `Look at the log of the ssh server on the device: journalctl -u ssh (does ${host}:${port} speak ssh?)`,
      );
  }
}

export function keyRefused(target: Target, tried: readonly string[], cause: unknown): CollabError {
  const port = target.port === 22 ? '' : `-p ${target.port} `;
  const file = tried.find((name) => name.startsWith('/'));
  const identity = file ? `-i ${quoteWord(`${file}.pub`)} ` : '';
  return new CollabError('key-refused', {
    what: `${target.host} refuses to let ${target.user} log in with a key.`,
    why: `Tried: ${tried.join(', ')}. It said: ${plainText(messageOf(cause))}`,
    next: `Install your key once: ssh-copy-id ${identity}${port}${quoteWord(`${target.user}@${target.host}`)}. Or let collab setup (or device add) do it with the password: it asks on a terminal, or takes --password-stdin`,
    exitCode,
    cause,
  });
}

/** The server takes no password at all. */
export function passwordNotTaken(target: Target, taken: readonly string[]): CollabError {
  return new CollabError('password-not-taken', {
    what: `${target.host} takes no password from ${target.user}.`,
    why: `Its ssh server takes: ${plainText(taken.join(', ')) || 'nothing'}.`,
    next: `Install a key from where you can log in: put your public key into ~/.ssh/authorized_keys of ${target.user} there, or set PasswordAuthentication yes in its sshd_config for the time of the set-up.`,
    exitCode,
  });
}

/** The server asks something that is no password, such as a code or a new password. */
export function passwordAnswersNothing(target: Target, prompts: readonly string[]): CollabError {
  return new CollabError('password-not-taken', {
    what: `${target.host} asks ${target.user} for more than a password.`,
    why: `It asks: ${plainText(prompts.join(' | ')).trim()}`,
    next: `Log in there once by hand and answer it (ssh ${quoteWord(`${target.user}@${target.host}`)}), then install a key: ssh-copy-id`,
    exitCode,
  });
}

export function passwordRefused(target: Target, cause: unknown): CollabError {
  return new CollabError('password-refused', {
    what: `${target.host} refuses the password of ${target.user}.`,
    why: `It said: ${plainText(messageOf(cause))}`,
    next: 'Check the user and the password; an account may be locked, or root kept out by PermitRootLogin.',
    exitCode,
    cause,
  });
}

/** A host on the way to a device could not be passed. */
export function hopFailed(target: Target, hop: Target, error: CollabError): CollabError {
  return new CollabError('jump-failed', {
    what: `The way to ${target.host} leads through ${targetName(hop)}, which could not be passed.`,
    why: [error.what, error.why].filter(Boolean).join('\n'),
    next: error.next,
    exitCode: error.exitCode,
    cause: error,
  });
}

/** The last host on the way could not reach the device. */
export function unreachableFrom({ host, port }: Target, hop: Target, cause: unknown): CollabError {
  return new CollabError('device-unreachable', {
    what: `${host} does not answer ${hop.host} on port ${port}.`,
    why: `${hop.host} is the host before it. ${plainText(messageOf(cause))}`,
    next: `Is the device on? Does the ssh server of ${hop.host} allow it (AllowTcpForwarding, PermitOpen)?`,
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
      `${file}, line ${entry.line}, knows ${entry.key.type} ${entry.key.fingerprint}`,
      `${hostName(target.host, target.port)} now shows ${shown.type} ${shown.fingerprint}`,
      'Either the device was installed anew, or another machine answers at its address.',
    ].join('\n'),
    next: `If you know that it was installed anew: ${forgetCommand(target, file)} and then: collab setup`,
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
    why: `It shows ${shown.type} ${shown.fingerprint}; ${file} has no line for it.`,
    next: 'Add the device with: collab setup',
    exitCode,
  });
}

export function otherDevice(target: Target, deviceId: string, shown: HostKey): CollabError {
  return new CollabError('other-device', {
    what: `Another device answers at ${hostName(target.host, target.port)}. Nothing was sent to it.`,
    why: `The saved device has the host key ${deviceId}; this one shows ${shown.type} ${shown.fingerprint}`,
    next: 'Addresses may have moved, or the device was installed anew. Find it again with: collab setup',
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
    what: `The ssh server of ${where} would not start a command or a file transfer.`,
    why: plainText(messageOf(cause)),
    next: `Check MaxSessions and Subsystem sftp in /etc/ssh/sshd_config on ${where}.`,
    exitCode,
    cause,
  });
}
