import { resolve } from 'node:path';
import { CollabError, ExitCode, resolveTargets, type EnrollTarget, type TypedPlace } from '../../index.js';
import type { Session } from './session.js';

/** Parses `user@host:port`, `host` or `user@[v6]:port`. Omitted parts are null: ssh_config may give them. */
export function parseDeviceAddress(text: string, user: string | null = null): TypedPlace {
  const match =
    /^(?:([A-Za-z0-9._-]+)@)?(\[[0-9a-fA-F:.]+(?:%[A-Za-z0-9._-]+)?\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(
      text,
    );
  const host = (match?.[2] ?? '').replace(/^\[|\]$/g, '');
  const port = match?.[3] === undefined ? null : Number(match[3]);
  const isPort = port === null || (port >= 1 && port <= 65535);
  if (host !== '' && !text.startsWith('-') && !host.startsWith('-') && isPort) {
    return { user: match?.[1] ?? user, host, port };
  }
  throw new CollabError('device-address', {
    what: `"${text}" is not a device address.`,
    next: 'Write user@host, user@host:port or a Host of your ssh_config, for example pi@192.168.1.20',
    exitCode: ExitCode.usage,
  });
}

/** How to log in to devices given by address. */
export interface TypedOptions {
  user?: string;
  key?: string;
  sshConfig?: string;
}

/** Addresses that the user typed, resolved by ssh_config. */
export async function typedTargets(
  texts: readonly string[],
  { user, key, sshConfig }: TypedOptions,
  { emit, signal }: Pick<Session, 'emit' | 'signal'>,
): Promise<EnrollTarget[]> {
  const places = texts.map((text) => parseDeviceAddress(text, user));
  const logins = await resolveTargets(places, { configPath: sshConfig ?? null, emit, signal });
  return logins.map((login) => ({ ...login, keyPath: key === undefined ? null : resolve(key) }));
}
