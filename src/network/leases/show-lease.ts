import type { Shell } from '../shell/index.js';
import { askLease } from './ask-lease.js';
import { claimant } from './claim.js';
import type { LeaseHolder } from './lease-answer.js';
import { leaseId } from './take-lease.js';

/** Who uses a device, as whoever looks on sees it: without the id, with which a lease is ended. */
export type Occupant = Omit<LeaseHolder, 'id'> & {
  /** It is a lock by hand of the user who asks, from the same machine. */
  own: boolean;
};

/**
 * Who uses a device now; null when nobody does. Changes nothing.
 * @throws CollabError `lease-failed` when the device could not keep a lease
 */
export async function showLease(shell: Shell, folder?: string): Promise<Occupant | null> {
  const claim = { ...claimant(), run: null, reason: null, termS: 0 };
  const { holder } = await askLease(shell, 'show', { id: leaseId(), claim, folder });
  if (holder === null) return null;
  const { who, host, run, reason, heldS, leftS } = holder;
  const own = run === null && who === claim.who && host === claim.host;
  return { who, host, run, reason, heldS, leftS, own };
}
