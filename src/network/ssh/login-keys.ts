import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { quoteWord } from './quote.js';

/** A credential for a login: a private key from a file, or an agent that holds keys. */
export type LoginKey =
  | {
      kind: 'file';
      name: string;
      privateKey: string;
      /** One of the default keys, which are tried for every device. */ isUsual: boolean;
    }
  | { kind: 'agent'; name: string; socket: string };

export interface LoginKeyOptions {
  /** The only key to use. */
  keyPath?: string | null;
  /** Socket of the ssh agent; null for none. */
  agentSocket: string | null;
  /** Files to try instead of the default ones. */
  identities?: readonly string[];
  /** Do not use the agent, unless one of `identities` has a passphrase. */
  identitiesOnly?: boolean;
  /** The workspace's key, tried last if it exists. */
  ownKeyPath?: string;
  /** Folder of the user's keys; default ~/.ssh */
  folder?: string;
}

/**
 * The keys to try, in order. If `keyPath` is given, only that one; otherwise the agent, then `identities` (default:
 * id_ed25519, id_ecdsa and id_rsa), then the workspace's key. A key with a passphrase is used through the agent only.
 * @throws CollabError `key-unusable` if `keyPath` cannot be used, `no-login-key` if there is no key to try.
 */
export async function loginKeys(options: LoginKeyOptions): Promise<LoginKey[]> {
  const agent: LoginKey[] = options.agentSocket
    ? [{ kind: 'agent', name: `the ssh agent at ${options.agentSocket}`, socket: options.agentSocket }]
    : [];
  if (options.keyPath) return namedKey(options.keyPath, agent);
  const folder = options.folder ?? join(homedir(), '.ssh');
  const usual = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(folder, name));
  const files = await readKeys(options.identities ?? usual, options.identities === undefined);
  const own = options.ownKeyPath === undefined ? [] : await readKeys([options.ownKeyPath], false);
  const skipAgent = options.identitiesOnly === true && files.every(({ locked }) => !locked);
  const keys = [
    ...(skipAgent ? [] : agent),
    ...[...files, ...own].flatMap(({ key, locked }) => (locked ? [] : [key])),
  ];
  if (keys.length > 0) return keys;
  const places = options.identities?.join(', ') ?? `${folder} (id_ed25519, id_ecdsa, id_rsa)`;
  throw new CollabError('no-login-key', {
    what: 'There is no ssh key to log in with.',
    why: `${skipAgent ? 'IdentitiesOnly in ssh_config excludes the agent' : 'No ssh agent is running'}, and there is no key without a passphrase at ${places}.`,
    next: 'Create one (ssh-keygen -t ed25519) or load yours (ssh-add), name one with --key, or enter the password once: on a terminal, or with --password-stdin',
    exitCode: ExitCode.deviceUnreachable,
  });
}

/** Reads the files that contain a private key. */
async function readKeys(paths: readonly string[], isUsual: boolean) {
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => null)));
  return texts.flatMap((privateKey, index) => {
    if (!privateKey?.includes('PRIVATE KEY-----')) return [];
    const key = { kind: 'file' as const, name: paths[index] ?? '', privateKey, isUsual };
    return [{ key, locked: isEncrypted(privateKey) }];
  });
}

async function namedKey(path: string, agent: LoginKey[]): Promise<LoginKey[]> {
  const unusable = (what: string, next: string, cause?: unknown) =>
    new CollabError('key-unusable', { what, next, exitCode: ExitCode.usage, cause });
  const privateKey = await readFile(path, 'utf8').catch((error: unknown) => {
    const next = 'Give the path of a private key with --key, or create one: ssh-keygen -t ed25519';
    throw unusable(`The private key ${path} cannot be read: ${messageOf(error)}`, next, error);
  });
  if (!privateKey.includes('PRIVATE KEY-----')) {
    const next = path.endsWith('.pub')
      ? `Give the private key: ${path.slice(0, -4)}`
      : 'Give another file with --key.';
    throw unusable(`${path} is not a private key.`, next);
  }
  if (!isEncrypted(privateKey)) return [{ kind: 'file', name: path, privateKey, isUsual: false }];
  if (agent.length > 0) return agent;
  throw unusable(
    `The private key ${path} has a passphrase, and no ssh agent is running.`,
    `Load it once: eval "$(ssh-agent)"; ssh-add ${quoteWord(path)}`,
  );
}

/** Whether a private key has a passphrase: OpenSSH format, PKCS#8 and the old PEM headers. */
export function isEncrypted(privateKey: string): boolean {
  if (privateKey.includes('BEGIN ENCRYPTED PRIVATE KEY') || /^Proc-Type:.*ENCRYPTED/m.test(privateKey))
    return true;
  const openssh = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(privateKey);
  if (!openssh?.[1]) return false;
  const body = Buffer.from(openssh[1], 'base64');
  const magicLength = 'openssh-key-v1\0'.length;
  if (body.length < magicLength + 4) return false;
  const length = body.readUInt32BE(magicLength);
  return body.toString('latin1', magicLength + 4, magicLength + 4 + length) !== 'none';
}
