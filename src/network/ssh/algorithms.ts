/**
 * The algorithms to offer to a server. Ciphers stay in ssh2's order, which starts with aes128-gcm unless this processor
 * has no AES instructions.
 * @param knownTypes types of the server's known host keys, e.g. `ssh-ed25519`
 */
export function algorithmsFor(knownTypes: readonly string[]) {
  return { kex, serverHostKey: hostKeysFor(knownTypes) };
}

const p256 = 'ecdh-sha2-nistp256' as const;

/**
 * P-256 first: sshd computes it with OpenSSL's assembly code, but curve25519 with its own plain C, which takes a tenth of
 * the CPU time of a login on the device. `remove` is needed because ssh2 does not prepend an algorithm that is already in
 * its list.
 */
const kex = { remove: [p256], prepend: [p256], append: [] };

/** The host key algorithms that ssh2 offers, in its order. */
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
 * The algorithms to offer, those of the known keys first: a server with several keys then presents the known one, and
 * does not appear to have changed.
 */
function hostKeysFor(knownTypes: readonly string[]): HostKeyAlgorithm[] {
  const typeOf = (algorithm: HostKeyAlgorithm) => (algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  const known = hostKeyAlgorithms.filter((algorithm) => knownTypes.includes(typeOf(algorithm)));
  return [...known, ...hostKeyAlgorithms.filter((algorithm) => !known.includes(algorithm))];
}
