import { createHash } from 'node:crypto';

/** A host key as the device shows it. */
export interface HostKey {
  /** e.g. `ssh-ed25519` */
  type: string;
  /** `SHA256:...`, as ssh prints it. */
  fingerprint: string;
  /** Type and key in base64, as in a known_hosts file behind the host names. */
  line: string;
}

/** @param blob the public key as it goes over the wire: a length and the type, then the key. */
export function hostKeyOf(blob: Buffer): HostKey {
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { type, fingerprint: `SHA256:${digest}`, line: `${type} ${blob.toString('base64')}` };
}

/** Algorithms that ssh2 offers, in its own order. */
const hostKeyAlgorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;
export type HostKeyAlgorithm = (typeof hostKeyAlgorithms)[number];

/**
 * The algorithms to offer, those of the known keys first: a server with several keys then shows the one that is
 * known, and does not look changed.
 */
export function algorithmsFor(knownTypes: readonly string[]): HostKeyAlgorithm[] {
  const typeOf = (algorithm: HostKeyAlgorithm) => (algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  const known = hostKeyAlgorithms.filter((algorithm) => knownTypes.includes(typeOf(algorithm)));
  return [...known, ...hostKeyAlgorithms.filter((algorithm) => !known.includes(algorithm))];
}
