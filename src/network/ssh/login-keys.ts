import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { quoteWord } from './quote.js';

/** One way to prove who we are: a private key from a file, or an agent that holds keys. */
export type LoginKey =
  { kind: 'file'; name: string; privateKey: string } | { kind: 'agent'; name: string; socket: string };

export interface LoginKeyOptions {
  /** The key to use, and no other. */
  keyPath?: string | null;
  /** Socket of an ssh agent; none when null. */
  agentSocket: string | null;
  /** Folder of the user's own keys; default ~/.ssh */
  folder?: string;
}

/**
 * The keys to try, in order: `keyPath` alone when it is given, else the agent, then id_ed25519, id_ecdsa and id_rsa.
 * A key with a passphrase is used through the agent only.
 * @throws CollabError `key-unusable` when `keyPath` cannot be used, `no-login-key` when there is nothing to try.
 */
export async function loginKeys(options: LoginKeyOptions): Promise<LoginKey[]> {
  const agent: LoginKey[] = options.agentSocket
    ? [{ kind: 'agent', name: `the ssh agent at ${options.agentSocket}`, socket: options.agentSocket }]
    : [];
  if (options.keyPath) return namedKey(options.keyPath, agent);
  const folder = options.folder ?? join(homedir(), '.ssh');
  const paths = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(folder, name));
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => null)));
  const files = texts.flatMap((privateKey, index): LoginKey[] =>
    privateKey === null || isEncrypted(privateKey)
      ? []
      : [{ kind: 'file', name: paths[index] ?? '', privateKey }],
  );
  if (agent.length + files.length > 0) return [...agent, ...files];
  throw new CollabError('no-login-key', {
    what: 'There is no ssh key to log in with.',
    why: `No ssh agent runs, and ${folder} has no id_ed25519, id_ecdsa or id_rsa without a passphrase.`,
    next: 'Make one with: ssh-keygen -t ed25519 (or load yours: ssh-add), or name one with --key',
    exitCode: ExitCode.deviceUnreachable,
  });
}

async function namedKey(path: string, agent: LoginKey[]): Promise<LoginKey[]> {
  const unusable = (what: string, next: string, cause?: unknown) =>
    new CollabError('key-unusable', { what, next, exitCode: ExitCode.usage, cause });
  const privateKey = await readFile(path, 'utf8').catch((error: unknown) => {
    const next = 'Give the path of a private key with --key, or make one: ssh-keygen -t ed25519';
    throw unusable(`The private key ${path} cannot be read: ${messageOf(error)}`, next, error);
  });
  if (!privateKey.includes('PRIVATE KEY-----')) {
    const next = path.endsWith('.pub')
      ? `Give the private one: ${path.slice(0, -4)}`
      : 'Give another with --key.';
    throw unusable(`${path} is not a private key.`, next);
  }
  if (!isEncrypted(privateKey)) return [{ kind: 'file', name: path, privateKey }];
  if (agent.length > 0) return agent;
  throw unusable(
    `The private key ${path} has a passphrase, and no ssh agent runs.`,
    `Load it once: eval "$(ssh-agent)"; ssh-add ${quoteWord(path)}`,
  );
}

/** Says whether a private key is locked by a passphrase: OpenSSH's own format, PKCS#8 and the old PEM headers. */
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
