import { CollabError } from '../../errors.js';
import type { Device } from '../lan/index.js';
import { type HostKey, keyPlace, keysOnly, type KnownHosts } from '../ssh/index.js';
import { type Answer, connectKnown } from './connect-known.js';

/** The host keys of a device. */
export interface DeviceKeys {
  /** Those in known_hosts. */
  keys: readonly HostKey[];
  /** Of these keys, and the id of the device. */
  fingerprints: readonly string[];
}

/** All host keys of a device: known_hosts may list more than the one that is its id. */
export async function deviceKeys(device: Device, knownHosts: KnownHosts): Promise<DeviceKeys> {
  const place = keyPlace(device.login);
  const lines = (await knownHosts.find(place.host, place.port)).filter(({ revoked }) => !revoked);
  const saved = lines.map(({ key }) => key);
  const keys = saved.some(({ fingerprint }) => fingerprint === device.id) ? saved : [];
  return { keys, fingerprints: [device.id, ...keys.map(({ fingerprint }) => fingerprint)] };
}

/** The result of a login at a new address. */
export interface HostKeyProof {
  /** Whether the device proved its host key. It may still have refused the login. */
  isProved: boolean;
  /** All keys of the device, the one that it presented first. */
  keys: HostKey[];
  answer: Answer;
}

/** Errors that occur only after the server has proved its host key. */
const errorsAfterProof = new Set(['key-refused']);

/**
 * Logs in to a device at a new address, where it must prove its host key. Nothing is recorded.
 * @param there the device with its new address
 * @param shown the key that the server presents there, one of `known.fingerprints`
 */
export async function proveHostKey(
  there: Device,
  shown: HostKey,
  known: DeviceKeys,
  knownHosts: KnownHosts,
  signal: AbortSignal | undefined,
): Promise<HostKeyProof> {
  const keys = [shown, ...known.keys.filter(({ line }) => line !== shown.line)];
  const answer = await connectKnown(there, { knownHosts: keysOnly(keys, knownHosts), signal });
  const isProved =
    'connected' in answer || (answer.error instanceof CollabError && errorsAfterProof.has(answer.error.name));
  return { isProved, keys, answer };
}

/** A device before and after its address changed, with its proved host keys. */
export interface KeyMove {
  from: Device;
  to: Device;
  keys: readonly HostKey[];
}

/** Moves the known_hosts lines of devices to their new addresses. All old lines go first: devices may have swapped. */
export async function moveHostKeys(moves: readonly KeyMove[], knownHosts: KnownHosts): Promise<void> {
  for (const { from, keys } of moves) {
    const fingerprints = keys.map(({ fingerprint }) => fingerprint);
    const { host, port } = keyPlace(from.login);
    await knownHosts.forgetKeys(host, port, fingerprints);
  }
  for (const { to, keys } of moves) {
    const { host, port } = keyPlace(to.login);
    await knownHosts.replace(host, port, keys);
  }
}
