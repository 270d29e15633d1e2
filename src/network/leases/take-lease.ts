import { randomBytes } from 'node:crypto';
import type { Shell } from '../shell/index.js';
import { askLease } from './ask-lease.js';
import type { LeaseClaim } from './claim.js';
import { HeldLease } from './held-lease.js';
import type { LeaseHolder } from './lease-answer.js';

export type LeaseAttempt =
  | {
      taken: true;
      lease: HeldLease;
      /** The claimant had locked the device by hand already; that lock was renewed with the new term. */
      extended: boolean;
    }
  | { taken: false; holder: LeaseHolder };

/**
 * Takes the lease of a device, if nobody holds it. A run may take a device that its own user has locked by hand from
 * the same machine; the lock comes back when the run's lease ends.
 * @param folder another place than the one that all users share, for tests
 * @throws CollabError `lease-failed`; the lease is then not held
 */
export async function takeLease(shell: Shell, claim: LeaseClaim, folder?: string): Promise<LeaseAttempt> {
  const id = leaseId();
  try {
    const { answer, holder } = await askLease(shell, 'take', { id, claim, folder });
    if (answer === 'busy' && holder !== null) return { taken: false, holder };
    const lease = new HeldLease(shell, id, claim, folder);
    return { taken: true, lease, extended: answer === 'extended' };
  } catch (error) {
    // The device may have done it and the answer be lost.
    await askLease(shell, 'release', { id, claim, folder }).catch(() => undefined);
    throw error;
  }
}

export function leaseId(): string {
  return randomBytes(12).toString('hex');
}
