import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, Client, ConnectConfig } from 'ssh2';
import { CollabError, messageOf } from '../../errors.js';
import { interrupted } from '../shell/index.js';
import { algorithmsFor } from './algorithms.js';
import { byKeys, byPassword, type Authentication } from './authentication.js';
import { dial } from './dial.js';
import { hostKeyOf, type HostKey } from './host-key.js';
import { judgeHostKey, nothingKnown, type HostKeys } from './known-hosts.js';
import type { KnownHost } from './known-hosts-line.js';
import { Link } from './link.js';
import { loginKeys, type LoginKey } from './login-keys.js';
import { keyPlace, type Login } from './login.js';
import { Semaphore } from './semaphore.js';
import * as errors from './ssh-errors.js';
import { SshShell } from './ssh-shell.js';
import { verdict, type Trust } from './verdict.js';

export interface SshOptions extends Login {
  /** Socket of an ssh agent; default SSH_AUTH_SOCK. */
  agentSocket?: string;
  /** A key to try last, after the agent and the user's keys. */
  ownKeyPath?: string;
  /** Sent once, instead of any key. It is never stored. */
  password?: string;
  knownHosts: HostKeys;
  /** Whether to accept or refuse a host without a known_hosts line. Jump hosts must be known. */
  trust: Trust;
  /** The host key fingerprint of the expected device. Any other device is refused, known or not. */
  deviceId?: string;
  /** Timeout of the connection and of the login, each; default 10,000. */
  connectTimeoutMs?: number;
  signal?: AbortSignal;
}

/** sshd drops connections beyond 10 unfinished logins (MaxStartups). */
const handshakesAtOnce = 8;
const handshakes = new Map<string, Semaphore>();

/** The connection counts as lost when two keepalives, 4.8 s apart, are unanswered and the third is due: within 15 s. */
const keepalive = { keepaliveInterval: 4800, keepaliveCountMax: 2 };

/**
 * Opens one ssh connection, through the jump hosts in `via`, if any. Each of them is checked and logged in to in the same
 * way. With `first-use`, a new host key is written to `knownHosts` after the login has succeeded.
 * @throws CollabError device-unreachable, key-refused, key-unusable, no-login-key, password-refused,
 * password-not-taken, host-key-changed, host-key-revoked, host-key-unknown, other-device, jump-failed.
 */
export async function connectSsh(options: SshOptions): Promise<SshShell> {
  const { signal, password } = options;
  const agentSocket = options.agentSocket ?? process.env.SSH_AUTH_SOCK ?? null;
  const keys = password === undefined ? await loginKeys({ ...options, agentSocket }) : [];
  const { host, port } = keyPlace(options);
  const place = `${host} ${port}`;
  const semaphore = handshakes.get(place) ?? new Semaphore(handshakesAtOnce);
  handshakes.set(place, semaphore);
  const release = await semaphore.acquire(signal);
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

/** The server closed the connection before authentication. It may be busy, so the connection is tried once more. */
class CutBeforeLogin extends Error {}

async function attempt(options: SshOptions, keys: readonly LoginKey[]): Promise<SshShell> {
  const { user, password, knownHosts, signal } = options;
  const timeoutMs = options.connectTimeoutMs ?? 10_000;
  const place = keyPlace(options);
  const known = await knownHosts.find(place.host, place.port);
  const ssh2 = (await import('ssh2')).default;
  const route = await openRoute(options, { ...options, timeoutMs }).catch((error: unknown) => {
    const reset = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
    throw reset ? new CutBeforeLogin('cut before login', { cause: error }) : error;
  });
  const { socket, address, via } = route;
  const client = new ssh2.Client();
  const link = new Link(errors.targetName(options));
  link.onLost(() => route.close());
  const proof = password === undefined ? byKeys(user, keys) : byPassword(options, password);
  const onAbort = () => socket.destroy();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal?.aborted) throw interrupted(signal);
    const hostKey = await login(client, socket, link, options, proof, known, timeoutMs);
    // A known key is not written again: concurrent logins would wait for each other at the file.
    const isNew = judgeHostKey(known, hostKey).kind === 'unknown';
    if (isNew) await knownHosts.append(place.host, place.port, hostKey);
    return new SshShell(client, link, { hostKey, remoteAddress: address, key: proof.key, via });
  } catch (error) {
    socket.destroy();
    route.close();
    const refused = error instanceof AuthenticationRefused;
    if (signal?.aborted) throw interrupted(signal);
    throw refused ? refusal(options, proof, keys, error.cause) : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

class AuthenticationRefused extends Error {}

function refusal(
  options: SshOptions,
  proof: Authentication,
  keys: readonly LoginKey[],
  cause: unknown,
): Error {
  if (proof.complaint) return proof.complaint;
  if (options.password !== undefined) return errors.passwordRefused(options, cause);
  const tried = keys.map((key) => key.name);
  return errors.keyRefused(options, tried, cause);
}

/** A stream to a server's port, and the jump hosts that it passes. */
interface Route {
  socket: Duplex;
  address: string;
  via: readonly Login[];
  close(): void;
}

interface RouteOptions extends Pick<SshOptions, 'agentSocket' | 'ownKeyPath' | 'knownHosts' | 'signal'> {
  timeoutMs: number;
}

async function openRoute(target: errors.Target, options: RouteOptions): Promise<Route> {
  const { host, port, via = [] } = target;
  const { timeoutMs, signal } = options;
  const last = via.at(-1);
  if (last === undefined) {
    const socket = await dial(host, port, timeoutMs, signal);
    return { socket, address: socket.remoteAddress ?? host, via: [], close: () => undefined };
  }
  const before = await connectHop(target, last, options);
  try {
    const socket = await before.dialTcp(host, port, timeoutMs);
    const { key } = before;
    const keyPath = key?.kind === 'file' && !key.isUsual ? key.name : null;
    const { host: hop, port: hopPort, user, hostKeyAlias = null } = last;
    const passed = [...before.via, { host: hop, port: hopPort, user, keyPath, hostKeyAlias }];
    return { socket, address: host, via: passed, close: () => before.close() };
  } catch (error) {
    before.close();
    if (signal?.aborted) throw interrupted(signal);
    throw errors.unreachableFrom(target, last, error);
  }
}

/** Logs in to the last jump host. Host key errors of it are thrown as they are; other errors also name the target. */
async function connectHop(target: errors.Target, last: Login, options: RouteOptions): Promise<SshShell> {
  const { agentSocket, ownKeyPath, knownHosts, signal, timeoutMs } = options;
  try {
    return await connectSsh({
      ...last,
      via: target.via?.slice(0, -1) ?? [],
      knownHosts,
      trust: 'known-only',
      connectTimeoutMs: timeoutMs,
      ...(agentSocket !== undefined && { agentSocket }),
      ...(ownKeyPath !== undefined && { ownKeyPath }),
      ...(signal && { signal }),
    });
  } catch (error) {
    const plain = error instanceof CollabError && !/^(host-key-|interrupted|jump-)/.test(error.name);
    throw plain ? errors.hopFailed(target, last, error) : error;
  }
}

/**
 * Reads the host key of an ssh server and disconnects, without a login. This does not prove that the server has the
 * private key; only a full connection does.
 * @param knownTypes types of the known keys; a server with several keys then presents one of those
 * @param options `knownHosts` is required for a server behind jump hosts
 * @throws CollabError device-unreachable, and the errors of `connectSsh` for a jump host
 */
export async function showHostKey(
  place: Pick<Login, 'host' | 'port' | 'via'>,
  knownTypes: readonly string[],
  options: {
    timeoutMs?: number;
    signal?: AbortSignal | undefined;
    knownHosts?: HostKeys;
    ownKeyPath?: string;
  } = {},
): Promise<HostKey> {
  const { timeoutMs = 5000, signal, knownHosts = nothingKnown, ownKeyPath } = options;
  const ssh2 = (await import('ssh2')).default;
  const target = { ...place, user: '' };
  try {
    const route = await openRoute(target, {
      timeoutMs,
      knownHosts,
      ...(ownKeyPath !== undefined && { ownKeyPath }),
      ...(signal && { signal }),
    });
    const { socket } = route;
    const client = new ssh2.Client();
    return await new Promise<HostKey>((resolve, reject) => {
      const onAbort = () => socket.destroy();
      signal?.addEventListener('abort', onAbort, { once: true });
      const end = (settle: () => void) => {
        signal?.removeEventListener('abort', onAbort);
        settle();
        socket.destroy();
        route.close();
      };
      client.on('error', (error) => end(() => reject(error)));
      client.on('close', () => end(() => reject(new Error('The server closed the connection.'))));
      client.connect({
        sock: socket,
        username: 'nobody',
        readyTimeout: timeoutMs,
        algorithms: algorithmsFor(knownTypes),
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
    throw error instanceof CollabError ? error : errors.deviceUnreachable(target, error);
  }
}

function login(
  client: Client,
  socket: Duplex,
  link: Link,
  options: SshOptions,
  proof: Authentication,
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
      algorithms: algorithmsFor(known.map((entry) => entry.key.type)),
      strictVendor: false,
      // ssh2 accepts false for "nothing left to try", but its types do not allow it.
      authHandler: (left, _partial, next) => next(proof.next(left) as AnyAuthMethod),
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
    client.on('change password', () => reject(errors.passwordNotEnough(options, ['a new password'])));
    client.on('error', (error: Error & { level?: string }) => {
      last = error;
      if (denied) reject(denied);
      else if (error.level === 'client-authentication' || /authentication failures/i.test(error.message)) {
        reject(new AuthenticationRefused('refused', { cause: error }));
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

function reasonOf(error: Error & { level?: string }): string {
  return error.level === 'client-timeout'
    ? 'The device has not answered for 15 s.'
    : `${messageOf(error)}${messageOf(error).endsWith('.') ? '' : '.'}`;
}
