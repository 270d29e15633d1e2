import { createUser, fromPublic, fromSeed } from '@nats-io/nkeys';
import { z } from 'zod';

/** The private half of the key with which a user or a member enters a broker (an nkey of NATS: Ed25519). */
export const brokerSeed = z
  .string()
  .regex(/^SU[A-Z2-7]{56}$/, 'a seed consists of SU and 56 letters or digits')
  .refine(hasChecksum, 'the checksum of the seed is wrong');
/** The public half, which brokers know. */
export const brokerKey = z
  .string()
  .regex(/^U[A-Z2-7]{55}$/, 'a public key consists of U and 55 letters or digits');

export interface BrokerKey {
  seed: string;
  publicKey: string;
}

/** A new key. The library draws it from the system's randomness. */
export function makeBrokerKey(): BrokerKey {
  const pair = createUser();
  return { seed: Buffer.from(pair.getSeed()).toString(), publicKey: pair.getPublicKey() };
}

/** @param seed one that {@link brokerSeed} accepts */
export function publicKeyOf(seed: string): string {
  return fromSeed(Buffer.from(seed)).getPublicKey();
}

/** @param seed one that {@link brokerSeed} accepts */
export function signWith(seed: string, bytes: Uint8Array): Buffer {
  return Buffer.from(fromSeed(Buffer.from(seed)).sign(bytes));
}

/** @param publicKey one that {@link brokerKey} accepts */
export function isSignedBy(publicKey: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return fromPublic(publicKey).verify(bytes, signature);
  } catch {
    return false;
  }
}

function hasChecksum(seed: string): boolean {
  try {
    publicKeyOf(seed);
    return true;
  } catch {
    return false;
  }
}
