import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, Client, ConnectConfig } from 'ssh2';
import { CollabError, messageOf } from '../../errors.js';
import { interrupted } from '../shell/index.js';
import { algorithmsFor } from './algorithms.js';
import { byKeys, byNothing, byPassword, type Authentication } from './authentication.js';
import { hostKeyOf, type HostKey } from './host-key.js';
import { judgeHostKey, nothingKnown, type HostKeys } from './known-hosts.js';
import type { KnownHost } from './known-hosts-line.js';
import { Link } from './link.js';
import { loginKeys } from './login-keys.js';
import { keyPlace, type Login } from './login.js';
import { CutDuringLogin, LoginRefused, offerKeys } from './offer-keys.js';
import { type AgentIdentity, type KeyLibrary, keysToOffer, type OfferedKey } from './offered-keys.js';
import { openRoute } from './route.js';
import { Semaphore } from './semaphore.js';
import * as errors from './ssh-errors.js';
import { SshShell } from './ssh-shell.js';
import { verdict, type Trust } from './verdict.js';

export interface SshOptions extends Login {
  /** Socket of an ssh agent; default SSH_AUTH_SOCK. */
  agentSocket?: string;
  /** A key to try first, before the user's keys and the agent. */
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

/** How long an agent may take to list its keys. */
const agentWithinMs = 5000;

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
  const sources = password === undefined ? await loginKeys({ ...options, agentSocket }) : [];
  const { host, port } = keyPlace(options);
  const place = `${host} ${port}`;
  const semaphore = handshakes.get(place) ?? new Semaphore(handshakesAtOnce);
  handshakes.set(place, semaphore);
  const release = await semaphore.acquire(signal);
  try {
    if (password !== undefined) return await attemptTwice(options, []);
    const toOffer = await keysToOffer(sources, await keyLibrary());
    return await offerKeys(options, toOffer, (keys) => attemptTwice(options, keys));
  } catch (error) {
    if (error instanceof CollabError) throw error;
    if (error instanceof LoginRefused)
      throw error.proof.complaint ?? errors.passwordRefused(options, error.cause);
    const isCut = error instanceof CutBeforeLogin || error instanceof CutDuringLogin;
    throw errors.deviceUnreachable(options, isCut ? error.cause : error);
  } finally {
    release();
  }
}

/** The server closed the connection before authentication. It may be busy, so the connection is tried once more. */
class CutBeforeLogin extends Error {}

function attemptTwice(options: SshOptions, keys: readonly OfferedKey[]): Promise<SshShell> {
  const { user, password } = options;
  const proof = () => (password === undefined ? byKeys(user, keys) : byPassword(options, password));
  return attempt(options, proof()).catch(async (error: unknown) => {
    if (!(error instanceof CutBeforeLogin)) throw error;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return attempt(options, proof());
  });
}

/**
 * Asks a server what it takes for a login, without offering anything.
 * @returns such as `publickey` and `password`; null if it does not say
 */
export async function loginMethods(options: SshOptions): Promise<readonly string[] | null> {
  try {
    (await attempt(options, byNothing(options.user))).close();
  } catch (error) {
    if (error instanceof LoginRefused) return error.proof.methods ?? null;
  }
  return null;
}

async function attempt(options: SshOptions, proof: Authentication): Promise<SshShell> {
  const { knownHosts, signal } = options;
  const timeoutMs = options.connectTimeoutMs ?? 10_000;
  const place = keyPlace(options);
  const known = await knownHosts.find(place.host, place.port);
  const ssh2 = (await import('ssh2')).default;
  const route = await openRoute(options, { ...options, timeoutMs }, connectSsh).catch((error: unknown) => {
    const reset = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
    throw reset ? new CutBeforeLogin('cut before login', { cause: error }) : error;
  });
  const { socket, address, via } = route;
  const client = new ssh2.Client();
  const link = new Link(errors.targetName(options));
  link.onLost(() => route.close());
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
    if (signal?.aborted) throw interrupted(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
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
    const through = { timeoutMs, knownHosts, ...(ownKeyPath !== undefined && { ownKeyPath }) };
    const route = await openRoute(target, { ...through, ...(signal && { signal }) }, connectSsh);
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
      else if (error.level === 'client-authentication') reject(new LoginRefused(proof, false, error));
      else if (/authentication failures/i.test(error.message)) reject(new LoginRefused(proof, true, error));
      else if (error.level === 'client-timeout' && !authenticating) {
        reject(errors.deviceUnreachable(options, Object.assign(error, { code: 'ETIMEDOUT' })));
      }
    });
    client.on('close', () => {
      const cause = last ?? new Error('The device closed the connection.');
      link.lose(errors.connectionLost(link.where, reasonOf(cause), cause));
      const isLate = (last as { level?: string } | null)?.level === 'client-timeout';
      if (authenticating && isLate) reject(errors.deviceUnreachable(options, cause));
      else if (authenticating) reject(new CutDuringLogin(proof, cause));
      else reject(new CutBeforeLogin('cut before login', { cause }));
    });
    client.connect(config);
    socket.on('data', link.heard);
  });
}

/** What the library does with keys. */
async function keyLibrary(): Promise<KeyLibrary> {
  const { OpenSSHAgent, utils } = (await import('ssh2')).default;
  const identitiesOf = (socket: string) =>
    new Promise<AgentIdentity[]>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('no answer within 5 s')), agentWithinMs);
      new OpenSSHAgent(socket).getIdentities((error, held = []) => {
        clearTimeout(late);
        if (error) {
          reject(error);
          return;
        }
        // OpenSSH's agent gives keys that are parsed; the types allow more.
        const keys = held.map((one) => ('sign' in one ? utils.parseKey(one) : new Error('not a key')));
        const identities = keys.flatMap((key) => {
          if (key instanceof Error) return [];
          const getIdentities = (done: (error: undefined, own: unknown[]) => void) => done(undefined, [key]);
          const agent = Object.assign(new OpenSSHAgent(socket), { getIdentities });
          return [{ blob: key.getPublicSSH(), comment: key.comment, agent }];
        });
        resolve(identities);
      });
    });
  const publicKeyOf = (privateKey: string) => {
    const key = utils.parseKey(privateKey);
    return key instanceof Error || !key.isPrivateKey() ? null : key.getPublicSSH();
  };
  return { identitiesOf, publicKeyOf };
}

function reasonOf(error: Error & { level?: string }): string {
  return error.level === 'client-timeout'
    ? 'The device has not answered for 15 s.'
    : `${messageOf(error)}${messageOf(error).endsWith('.') ? '' : '.'}`;
}
