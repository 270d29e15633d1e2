import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CollabError } from '../../src/errors.js';
import { KnownHosts, makeKeyPair } from '../../src/network/index.js';
import type { SshOptions } from '../../src/network/ssh/client.js';

const program = '/usr/sbin/sshd';

export interface Sshd {
  folder: string;
  port: number;
  /** Public key lines of its host keys, by type. */
  hostKeys: Record<'ed25519' | 'ecdsa' | 'rsa', string>;
  /** Options for a login, with its own known_hosts file. */
  options: (changed?: Partial<SshOptions>) => SshOptions;
  log: () => string;
  stop: () => void;
}

/**
 * A real sshd on 127.0.0.1 with its own keys and configuration, which accepts this user with a new key.
 * @param more lines of sshd_config
 * @param environment variables of every command, e.g. `HOME` to skip the startup files of this user's shell
 */
export async function startSshd(
  more: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Sshd> {
  // A bash started by sshd reads ~/.bashrc unless it is a nested shell.
  const variables = Object.entries({ SHLVL: '1', ...environment }).map(([name, value]) => `${name}=${value}`);
  if (!existsSync(program)) {
    throw new Error(`These tests need ${program}. Install it: sudo apt-get install openssh-server`);
  }
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const folder = mkdtempSync(join(tmpdir(), 'collab-sshd-'));
  const hostKey = (type: string) => {
    const path = join(folder, `host_${type}`);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', path]);
    return readFileSync(`${path}.pub`, 'utf8').trim();
  };
  const hostKeys = { ed25519: hostKey('ed25519'), ecdsa: hostKey('ecdsa'), rsa: hostKey('rsa') };
  const login = await makeKeyPair(join(folder, 'login'), 'collab test');
  writeFileSync(join(folder, 'authorized_keys'), `${login}\n`, { mode: 0o600 });
  const port = await freePort();
  const config = [
    `ListenAddress 127.0.0.1:${port}`,
    ...Object.keys(hostKeys).map((type) => `HostKey ${folder}/host_${type}`),
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    `PidFile ${folder}/pid`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'Subsystem sftp internal-sftp',
    `SetEnv ${variables.join(' ')}`,
    ...more,
  ];
  writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`);
  const child = spawn(program, ['-f', join(folder, 'config'), '-D', '-E', join(folder, 'log')], {
    stdio: 'ignore',
  });
  await listening(port, () => child.exitCode, join(folder, 'log'));
  let files = 0;
  return {
    folder,
    port,
    hostKeys,
    options: (changed) => ({
      host: '127.0.0.1',
      port,
      user: userInfo().username,
      keyPath: join(folder, 'login'),
      knownHosts: new KnownHosts(join(folder, `known_hosts_${++files}`)),
      trust: 'first-use',
      ...changed,
    }),
    log: () => readFileSync(join(folder, 'log'), 'utf8'),
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port of 127.0.0.1 on which nothing listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function listening(port: number, exitCode: () => number | null, log: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (exitCode() !== null) break;
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('error', () => resolve(false));
      socket.once('data', () => {
        socket.destroy();
        resolve(true);
      });
    });
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd does not listen on port ${port}: ${readFileSync(log, 'utf8')}`);
}

/** The error of a promise that must reject. */
export async function failure(attempt: Promise<unknown>): Promise<CollabError> {
  return attempt.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error as CollabError,
  );
}
