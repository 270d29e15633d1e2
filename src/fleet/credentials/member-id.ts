import { z } from 'zod';

/** A member's id: 20 hex digits. */
export const memberId = z.string().regex(/^[0-9a-f]{20}$/, 'a member id consists of 20 hex digits');

/** The name that a member's certificate carries, and that clients verify at whatever address they reach the member. */
export function serverNameOf(id: string): string {
  return `${id}.collab`;
}
