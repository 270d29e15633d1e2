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
