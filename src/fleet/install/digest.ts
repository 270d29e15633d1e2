import { createHash } from 'node:crypto';

/** SHA-256 of several texts, hex. Where one ends and the next begins counts too. */
export function digest(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}\0`).update(part);
  return hash.digest('hex');
}
