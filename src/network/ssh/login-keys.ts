import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { publicLineOf } from './key-pair.js';
import { quoteWord } from './quote.js';

/** A private key from a file. */
export interface FileKey {
  kind: 'file';
  name: string;
  privateKey: string;
  /** One of the default keys, which are tried for every device. */
  isUsual: boolean;
}

/** An ssh agent, which may hold many keys. */
export interface KeyAgent {
  kind: 'agent';
  name: string;
  socket: string;
  /** Public keys (base64) of the only keys to use; null for all that it holds. */
  only: readonly string[] | null;
}

/** Where the keys for a login come from. */
export type KeySource = FileKey | KeyAgent;

export interface LoginKeyOptions {
  /** The only key to use. */
  keyPath?: string | null;
  /** Socket of the ssh agent; null for none. */
  agentSocket: string | null;
  /** Files to try instead of the default ones. */
  identities?: readonly string[];
  /** Do not use the agent, unless one of `identities` has a passphrase. */
  identitiesOnly?: boolean;
  /** The workspace's key, tried first if it exists. */
  ownKeyPath?: string;
  /** Folder of the user's keys; default ~/.ssh */
  folder?: string;
}

/**
 * The keys to try, in order. If `keyPath` is given, only that one; otherwise the workspace's key, `identities` (default:
 * id_ed25519, id_ecdsa and id_rsa), then the agent, whose many keys may be more than a server allows. A key with a
 * passphrase is used through the agent only.
 * @throws CollabError `key-unusable` if `keyPath` cannot be used, `no-login-key` if there is no key to try.
 */
export async function loginKeys(options: LoginKeyOptions): Promise<KeySource[]> {
  const { agentSocket: socket } = options;
  const agent = (only: readonly string[] | null): KeyAgent[] =>
    socket ? [{ kind: 'agent', name: `the ssh agent at ${socket}`, socket, only }] : [];
  if (options.keyPath) return namedKey(options.keyPath, agent);
  const folder = options.folder ?? join(homedir(), '.ssh');
  const usual = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(folder, name));
  const files = await readKeys(options.identities ?? usual, options.identities === undefined);
  const own = options.ownKeyPath === undefined ? [] : await readKeys([options.ownKeyPath], false);
  const locked = files.filter((file) => file.locked);
  const skipAgent = options.identitiesOnly === true && locked.length === 0;
  const only = options.identitiesOnly === true ? await publicKeysOf(locked.map(({ key }) => key)) : null;
  const keys = [
    ...[...own, ...files].flatMap((file) => (file.locked ? [] : [file.key])),
    ...(skipAgent ? [] : agent(only)),
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

async function namedKey(
  path: string,
  agent: (only: readonly string[] | null) => KeyAgent[],
): Promise<KeySource[]> {
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
  const key: FileKey = { kind: 'file', name: path, privateKey, isUsual: false };
  if (!isEncrypted(privateKey)) return [key];
  const agents = agent(await publicKeysOf([key]));
  if (agents.length > 0) return agents;
  throw unusable(
    `The private key ${path} has a passphrase, and no ssh agent is running.`,
    `Load it once: eval "$(ssh-agent)"; ssh-add ${quoteWord(path)}`,
  );
}

/**
 * The public keys (base64) of private keys with a passphrase: OpenSSH's format has it unencrypted, others may have a
 * file beside them. Null if one is not known.
 */
async function publicKeysOf(keys: readonly FileKey[]): Promise<string[] | null> {
  const found = await Promise.all(
    keys.map(async ({ name, privateKey }) => {
      const inside = privateKey.includes('BEGIN OPENSSH') ? publicLineOf(privateKey, name) : null;
      const line = inside ?? (await readFile(`${name}.pub`, 'utf8').catch(() => ''));
      return line.split(' ')[1] ?? null;
    }),
  );
  return found.every((one) => one !== null) ? found : null;
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
