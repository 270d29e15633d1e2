import { createHash } from 'node:crypto';

/** A host key as the device presents it. */
export interface HostKey {
  /** e.g. `ssh-ed25519` */
  type: string;
  /** `SHA256:...`, as ssh prints it. */
  fingerprint: string;
  /** Type and base64 key, as in a known_hosts line after the host names. */
  line: string;
}

/** @param blob the public key in wire format: length and type, then the key. */
export function hostKeyOf(blob: Buffer): HostKey {
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { type, fingerprint: `SHA256:${digest}`, line: `${type} ${blob.toString('base64')}` };
}
