import { resolve } from 'node:path';
import { resolveTargets, type EnrollTarget } from '../../index.js';
import { parseDeviceAddress } from './device-address.js';
import type { Session } from './session.js';

/** How the devices that a user types are logged in to. */
export interface TypedOptions {
  user?: string;
  key?: string;
  sshConfig?: string;
}

/** What a user typed, as ssh_config understands it. */
export async function typedTargets(
  texts: readonly string[],
  { user, key, sshConfig }: TypedOptions,
  { emit, signal }: Pick<Session, 'emit' | 'signal'>,
): Promise<EnrollTarget[]> {
  const places = texts.map((text) => parseDeviceAddress(text, user));
  const logins = await resolveTargets(places, { configPath: sshConfig ?? null, emit, signal });
  return logins.map((login) => ({ ...login, keyPath: key === undefined ? null : resolve(key) }));
}
