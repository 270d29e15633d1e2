import { hostname, userInfo } from 'node:os';
import { plainText } from '../../errors.js';

/** Who wants a device, for what and for how long. */
export interface LeaseClaim {
  who: string;
  host: string;
  /** Id of the run; null for a lock by hand. */
  run: string | null;
  reason: string | null;
  /** A lease that is not renewed for so long ends by itself. Whole seconds. */
  termS: number;
}

/** The user and the machine on which collab runs. */
export function claimant(): Pick<LeaseClaim, 'who' | 'host'> {
  return { who: userName(), host: hostname() };
}

/** A text as one line of a lease, at most so long. */
export function leaseText(text: string | null, maxLength = 64): string {
  return plainText((text ?? '').replace(/\s+/g, ' '))
    .trim()
    .slice(0, maxLength);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the password file, as in some containers.
    return `uid ${String(process.getuid?.() ?? '?')}`;
  }
}
