import type { Duplex } from 'node:stream';
import { CollabError } from '../../errors.js';
import { interrupted } from '../shell/index.js';
import type { SshOptions } from './client.js';
import { dial } from './dial.js';
import type { Login } from './login.js';
import * as errors from './ssh-errors.js';
import type { SshShell } from './ssh-shell.js';

/** A stream to a server's port, and the jump hosts that it passes. */
export interface Route {
  socket: Duplex;
  address: string;
  via: readonly Login[];
  close(): void;
}

export interface RouteOptions extends Pick<
  SshOptions,
  'agentSocket' | 'ownKeyPath' | 'knownHosts' | 'signal'
> {
  timeoutMs: number;
}

/** Opens a stream to a server, through the jump hosts in `via`. @param connect logs in to a jump host */
export async function openRoute(
  target: errors.Target,
  options: RouteOptions,
  connect: (options: SshOptions) => Promise<SshShell>,
): Promise<Route> {
  const { host, port, via = [] } = target;
  const { timeoutMs, signal } = options;
  const last = via.at(-1);
  if (last === undefined) {
    const socket = await dial(host, port, timeoutMs, signal);
    return { socket, address: socket.remoteAddress ?? host, via: [], close: () => undefined };
  }
  const before = await connectHop(target, last, options, connect);
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
async function connectHop(
  target: errors.Target,
  last: Login,
  options: RouteOptions,
  connect: (options: SshOptions) => Promise<SshShell>,
): Promise<SshShell> {
  const { agentSocket, ownKeyPath, knownHosts, signal, timeoutMs } = options;
  try {
    return await connect({
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
