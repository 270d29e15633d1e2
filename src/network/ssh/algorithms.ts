/**
 * What to offer a server. Ciphers are in ssh2's own order, which begins with aes128-gcm unless this processor has no AES
 * instructions.
 * @param knownTypes types of the host keys that are known of it, e.g. `ssh-ed25519`
 */
export function algorithmsFor(knownTypes: readonly string[]) {
  return { kex, serverHostKey: hostKeysFor(knownTypes) };
}

const p256 = 'ecdh-sha2-nistp256' as const;

/**
 * P-256 before all others: sshd does it by OpenSSL's assembly, and curve25519 by plain C of its own, which takes a tenth
 * of all that a login costs a device. In this order, for what is in the list already is not put before it.
 */
const kex = { remove: [p256], prepend: [p256], append: [] };

/** Host key algorithms that ssh2 offers, in its own order. */
const hostKeyAlgorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;
type HostKeyAlgorithm = (typeof hostKeyAlgorithms)[number];

/**
 * The algorithms to offer, those of the known keys first: a server with several keys then shows the one that is
 * known, and does not look changed.
 */
function hostKeysFor(knownTypes: readonly string[]): HostKeyAlgorithm[] {
  const typeOf = (algorithm: HostKeyAlgorithm) => (algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  const known = hostKeyAlgorithms.filter((algorithm) => knownTypes.includes(typeOf(algorithm)));
  return [...known, ...hostKeyAlgorithms.filter((algorithm) => !known.includes(algorithm))];
}
