import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';

/** Path of the workspace's private key, whether or not it exists yet. */
export const workspaceKeyPath = (workspace: Workspace): string => join(workspace.private, 'id_ed25519');

/** The ed25519 key of the workspace, 0600 in `.collab/`. It is created once and used for every device. */
export async function workspaceKey(workspace: Workspace): Promise<{ path: string; publicLine: string }> {
  const path = workspaceKeyPath(workspace);
  await workspace.openPrivate();
  const comment = `collab-${hostname().replace(/[^\w.-]/g, '-')}`;
  if (!existsSync(path)) return { path, publicLine: await makeKeyPair(path, comment) };
  return { path, publicLine: `${publicLineOf(await readFile(path, 'utf8'), path)} ${comment}` };
}

/**
 * Creates an ed25519 key pair: `path` (0600, OpenSSH format) and `path`.pub. An existing key is not overwritten. ssh2's
 * generator is not used: of 3,000 keys from version 1.17, 11 had a public key of the wrong length. Format: PROTOCOL.key of
 * OpenSSH.
 * @returns the line of the public key.
 */
export async function makeKeyPair(path: string, comment: string): Promise<string> {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const seed = Buffer.from(jwk.d ?? '', 'base64url');
  const point = Buffer.from(jwk.x ?? '', 'base64url');
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(point)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    publicBlob,
    field(Buffer.concat([seed, point])),
    field(comment),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const base64 = body.toString('base64').replace(/.{1,70}/g, '$&\n');
  const publicLine = `ssh-ed25519 ${publicBlob.toString('base64')} ${comment}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeNew(path, `-----BEGIN OPENSSH PRIVATE KEY-----\n${base64}-----END OPENSSH PRIVATE KEY-----\n`);
  await writeFile(`${path}.pub`, `${publicLine}\n`, { mode: 0o644 });
  return publicLine;
}

/**
 * The public key from a private key file in OpenSSH format, which stores it unencrypted: type and base64.
 * @throws CollabError `key-unusable`
 */
export function publicLineOf(privateKey: string, path: string): string {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(privateKey)?.[1] ?? '';
  const body = Buffer.from(base64, 'base64');
  try {
    let at = 'openssh-key-v1\0'.length;
    const next = () => {
      const from = at + 4;
      at = from + body.readUInt32BE(at);
      return body.subarray(from, at);
    };
    // Cipher, key derivation and its options come before the number of keys and the first public key.
    for (let skipped = 0; skipped < 3; skipped += 1) next();
    at += 4;
    const blob = next();
    const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
    return `${type} ${blob.toString('base64')}`;
  } catch (error) {
    throw new CollabError('key-unusable', {
      what: `${path} is not an OpenSSH private key.`,
      next: 'Move the file away. collab creates a new key when it needs one.',
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}

/** A string in ssh wire format: its length, then its bytes. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(text).finally(() => file.close());
  } catch (error) {
    throw new CollabError('key-not-written', {
      what: `The key ${path} could not be written.`,
      why: messageOf(error),
      next: 'Use the existing key, or choose another path.',
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}
