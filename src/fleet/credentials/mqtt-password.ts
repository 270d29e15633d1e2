import { z } from 'zod';
import { type RandomBytes, systemRandom } from './randomness.js';

/** As nats-server knows hashes of passwords. */
export const mqttHash = z.string().regex(/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/);

const passwordBytes = 24;
/**
 * Keepers compute a hash at each connection, also for a stranger's guess, so that it must be cheap for a small board (2^6 rounds, some
 * ms). It need not be dear: nobody guesses 192 random bits.
 */
const cost = 6;

/** A new password for MQTT, and its hash (bcrypt). */
export async function makeMqttPassword(
  random: RandomBytes = systemRandom,
): Promise<{ password: string; hash: string }> {
  const { hash } = await import('bcryptjs');
  const password = random(passwordBytes).toString('base64url');
  return { password, hash: await hash(password, cost) };
}
