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
      /** The claimant already had a manual lock of the device, which was renewed with the new term. */
      extended: boolean;
    }
  | { taken: false; holder: LeaseHolder };

/**
 * Takes the lease of a device if it is free. A run may take a device that its user has locked manually from the same machine;
 * the lock is restored when the run's lease ends.
 * @param folder a lease folder other than the shared one, for tests
 * @throws CollabError `lease-failed`; the lease is not held in this case
 */
export async function takeLease(shell: Shell, claim: LeaseClaim, folder?: string): Promise<LeaseAttempt> {
  const id = leaseId();
  try {
    const { answer, holder } = await askLease(shell, 'take', { id, claim, folder });
    if (answer === 'busy' && holder !== null) return { taken: false, holder };
    const lease = new HeldLease(shell, id, claim, folder);
    return { taken: true, lease, extended: answer === 'extended' };
  } catch (error) {
    // The device may have taken the lease even though its answer was lost.
    await askLease(shell, 'release', { id, claim, folder }).catch(() => undefined);
    throw error;
  }
}

export function leaseId(): string {
  return randomBytes(12).toString('hex');
}
