import { hostname, userInfo } from 'node:os';
import { plainText } from '../../errors.js';

/** Who requests a device, why and for how long. */
export interface LeaseClaim {
  who: string;
  host: string;
  /** Id of the run; null for a manual lock. */
  run: string | null;
  reason: string | null;
  /** A lease expires after this time without a renewal. Whole seconds. */
  termS: number;
}

/** The user and the machine on which collab runs. */
export function claimant(): Pick<LeaseClaim, 'who' | 'host'> {
  return { who: userName(), host: hostname() };
}

/** Who holds a device on which a task of a fleet runs. */
export const fleetClaimant = (fleet: string): string => `fleet ${fleet}`;

/** For what a fleet holds a device while a replica of a service runs there; for tasks of other jobs, it gives no reason. */
export const serviceReason = (name: string): string => `service ${name}`;

/** Converts a text to one line of a lease, with a maximum length. */
export function leaseText(text: string | null, maxLength = 64): string {
  return plainText((text ?? '').replace(/\s+/g, ' '))
    .trim()
    .slice(0, maxLength);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in /etc/passwd, as in some containers.
    return `uid ${String(process.getuid?.() ?? '?')}`;
  }
}
