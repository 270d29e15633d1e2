import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RandomBytes } from './randomness.js';

/** What a user shows to a member: `collab_` and 32 random bytes. */
export const token = z
  .string()
  .regex(/^collab_[\w-]{43}$/, 'a token consists of collab_ and 43 letters, digits, - or _');

export function makeToken(random: RandomBytes): string {
  return `collab_${random(32).toString('base64url')}`;
}

/** Members know tokens by their hash only, in hex. No salt: a token is as random as a key. */
export function tokenSha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
