import type { Socket } from 'node:net';
import type { AnyAuthMethod, Client, ConnectConfig } from 'ssh2';
import { CollabError, messageOf } from '../../errors.js';
import { interrupted } from '../shell-errors.js';
import { dial } from './dial.js';
import { algorithmsFor, hostKeyOf, type HostKey } from './host-key.js';
import { judgeHostKey, type HostKeys } from './known-hosts.js';
import type { KnownHost } from './known-hosts-line.js';
import { Link } from './link.js';
import { loginKeys, type LoginKey } from './login-keys.js';
import { Slots } from './slots.js';
import * as errors from './ssh-errors.js';
import { SshShell } from './ssh-shell.js';

export type Trust = 'known-only' | 'first-use';

export interface SshOptions {
  host: string;
  port: number;
  user: string;
  /** The private key to use; without it the agent and the user's own keys are tried. */
  keyPath?: string | null;
  /** Socket of an ssh agent; default SSH_AUTH_SOCK. */
  agentSocket?: string;
  knownHosts: HostKeys;
  /** Whether a host that no line speaks of is taken in, or refused. */
  trust: Trust;
  /** The host key fingerprint of the device that is meant; another device is refused, known or not. */
  deviceId?: string;
  /** For the connection and the login, each; default 10,000. */
  connectTimeoutMs?: number;
  signal?: AbortSignal;
}

/** sshd drops logins beyond 10 under way (MaxStartups). */
const handshakesAtOnce = 8;
const handshakes = new Map<string, Slots>();

/** A link is given up after three unanswered questions, 5 s apart. */
const keepalive = { keepaliveInterval: 5000, keepaliveCountMax: 3 };

/**
 * Opens one ssh connection with key login. A key that is new is written to `knownHosts` (first-use) once the login
 * has succeeded.
 * @throws CollabError device-unreachable, key-refused, key-unusable, no-login-key, host-key-changed,
 * host-key-revoked, host-key-unknown, other-device.
 */
export async function connectSsh(options: SshOptions): Promise<SshShell> {
  const { host, port, signal } = options;
  const keys = await loginKeys({
    keyPath: options.keyPath ?? null,
    agentSocket: options.agentSocket ?? process.env.SSH_AUTH_SOCK ?? null,
  });
  const place = `${host} ${port}`;
  const slots = handshakes.get(place) ?? new Slots(handshakesAtOnce);
  handshakes.set(place, slots);
  const release = await slots.take(signal);
  try {
    return await attempt(options, keys).catch(async (error: unknown) => {
      if (!(error instanceof CutBeforeLogin)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return attempt(options, keys);
    });
  } catch (error) {
    if (error instanceof CollabError) throw error;
    throw errors.deviceUnreachable(options, error instanceof CutBeforeLogin ? error.cause : error);
  } finally {
    release();
  }
}

/** The server hung up before we could say who we are: it may be busy, one more try is due. */
class CutBeforeLogin extends Error {}

async function attempt(options: SshOptions, keys: readonly LoginKey[]): Promise<SshShell> {
  const { host, port, knownHosts, signal } = options;
  const timeoutMs = options.connectTimeoutMs ?? 10_000;
  const known = await knownHosts.find(host, port);
  const ssh2 = (await import('ssh2')).default;
  const socket = await dial(host, port, timeoutMs, signal).catch((error: unknown) => {
    const reset = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
    throw reset ? new CutBeforeLogin('cut before login', { cause: error }) : error;
  });
  const remoteAddress = socket.remoteAddress ?? host;
  const client = new ssh2.Client();
  const link = new Link(errors.targetName(options));
  const onAbort = () => socket.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const hostKey = await login(client, socket, link, options, keys, known, timeoutMs);
    // A key that is known needs no writing: many logins at once would wait for each other at the file.
    if (judgeHostKey(known, hostKey).kind === 'unknown') await knownHosts.append(host, port, hostKey);
    return new SshShell(client, link, hostKey, remoteAddress);
  } catch (error) {
    socket.destroy();
    throw signal?.aborted ? interrupted(signal) : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * Asks an ssh server for its host key and hangs up: no login is tried. That the server has the private half is not
 * proved by it, only by a whole connection.
 * @param knownTypes types of the keys that we would know; a server with several then shows one of those
 * @throws CollabError device-unreachable
 */
export async function showHostKey(
  { host, port }: { host: string; port: number },
  knownTypes: readonly string[],
  { timeoutMs = 5000, signal }: { timeoutMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<HostKey> {
  const ssh2 = (await import('ssh2')).default;
  try {
    const socket = await dial(host, port, timeoutMs, signal);
    const client = new ssh2.Client();
    return await new Promise<HostKey>((resolve, reject) => {
      const onAbort = () => socket.destroy();
      signal?.addEventListener('abort', onAbort, { once: true });
      const end = (settle: () => void) => {
        signal?.removeEventListener('abort', onAbort);
        settle();
        socket.destroy();
      };
      client.on('error', (error) => end(() => reject(error)));
      client.on('close', () => end(() => reject(new Error('It closed the connection.'))));
      client.connect({
        sock: socket,
        username: 'nobody',
        readyTimeout: timeoutMs,
        algorithms: { serverHostKey: algorithmsFor(knownTypes) },
        strictVendor: false,
        authHandler: [],
        hostVerifier: (blob: Buffer) => {
          end(() => resolve(hostKeyOf(blob)));
          return false;
        },
      });
    });
  } catch (error) {
    if (signal?.aborted) throw interrupted(signal);
    throw errors.deviceUnreachable({ host, port, user: '' }, error);
  }
}

function login(
  client: Client,
  socket: Socket,
  link: Link,
  options: SshOptions,
  keys: readonly LoginKey[],
  known: readonly KnownHost[],
  readyTimeout: number,
): Promise<HostKey> {
  return new Promise((resolve, reject) => {
    let shown: HostKey | null = null;
    let denied: CollabError | null = null;
    let authenticating = false;
    let last: Error | null = null;
    const config: ConnectConfig = {
      sock: socket,
      username: options.user,
      readyTimeout,
      ...keepalive,
      // ssh2's own order of ciphers begins with aes128-gcm, unless this processor has no AES instructions.
      algorithms: { serverHostKey: algorithmsFor(known.map((entry) => entry.key.type)) },
      strictVendor: false,
      authHandler: keys.map((key) => authMethod(options.user, key)),
      hostVerifier: (blob: Buffer) => {
        shown = hostKeyOf(blob);
        denied = verdict(options, known, shown);
        return denied === null;
      },
    };
    client.on('handshake', () => (authenticating = true));
    client.on('ready', () => {
      if (shown) resolve(shown);
    });
    client.on('error', (error: Error & { level?: string }) => {
      last = error;
      if (denied) reject(denied);
      else if (error.level === 'client-authentication' || /authentication failures/i.test(error.message)) {
        reject(
          errors.keyRefused(
            options,
            keys.map((key) => key.name),
            error,
          ),
        );
      } else if (error.level === 'client-timeout' && !authenticating) {
        reject(errors.deviceUnreachable(options, Object.assign(error, { code: 'ETIMEDOUT' })));
      }
    });
    client.on('close', () => {
      const cause = last ?? new Error('The device closed the connection.');
      link.lose(errors.connectionLost(link.where, reasonOf(cause), cause));
      if (authenticating) reject(errors.deviceUnreachable(options, cause));
      else reject(new CutBeforeLogin('cut before login', { cause }));
    });
    client.connect(config);
  });
}

/** Null when the key may be trusted, else why not. */
function verdict(options: SshOptions, known: readonly KnownHost[], shown: HostKey): CollabError | null {
  const { deviceId, trust, knownHosts } = options;
  const { path } = knownHosts;
  const judged = judgeHostKey(known, shown);
  const mayBeTrusted = judged.kind === 'known' || (judged.kind === 'unknown' && trust === 'first-use');
  // A device may have several keys: it is itself as long as the lines of its address hold its id.
  const fingerprints = [shown, ...known.map((entry) => entry.key)].map((key) => key.fingerprint);
  if (mayBeTrusted && deviceId !== undefined && !fingerprints.includes(deviceId)) {
    return errors.otherDevice(options, deviceId, shown);
  }
  switch (judged.kind) {
    case 'known':
      return null;
    case 'unknown':
      return trust === 'first-use' ? null : errors.hostKeyUnknown(options, path, shown);
    case 'revoked':
      return errors.hostKeyRevoked(options, path, judged.entry);
    case 'changed':
      return errors.hostKeyChanged(options, path, judged.entry, shown);
  }
}

function authMethod(username: string, key: LoginKey): AnyAuthMethod {
  return key.kind === 'file'
    ? { type: 'publickey', username, key: key.privateKey }
    : { type: 'agent', username, agent: key.socket };
}

function reasonOf(error: Error & { level?: string }): string {
  return error.level === 'client-timeout'
    ? 'The device has not answered for 15 s.'
    : `${messageOf(error)}${messageOf(error).endsWith('.') ? '' : '.'}`;
}
