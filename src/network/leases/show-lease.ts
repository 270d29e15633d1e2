import type { Clock } from '../../events.js';
import type { ConnectedDevice } from '../lan/index.js';
import type { Shell } from '../shell/index.js';
import { askLease } from './ask-lease.js';
import { claimant } from './claim.js';
import type { LeaseHolder } from './lease-answer.js';
import { deviceBusy } from './lease-errors.js';
import { leaseId } from './take-lease.js';

/** Who uses a device, as other users see it: without the id, which allows ending the lease. */
export type Occupant = Omit<LeaseHolder, 'id'> & {
  /** It is a manual lock of this user from this machine. */
  own: boolean;
};

/**
 * Reads who uses a device; null if nobody does. Changes nothing.
 * @throws CollabError `lease-failed` if the device cannot store a lease
 */
export async function showLease(shell: Shell, folder?: string): Promise<Occupant | null> {
  const claim = { ...claimant(), run: null, reason: null, termS: 0 };
  const { holder } = await askLease(shell, 'show', { id: leaseId(), claim, folder });
  if (holder === null) return null;
  const { who, host, run, reason, heldS, leftS } = holder;
  const own = run === null && who === claim.who && host === claim.host;
  return { who, host, run, reason, heldS, leftS, own };
}

/**
 * For actions that would disturb a run. A manual lock of the same user from the same machine is ignored.
 * @param except who may hold it: work on a fleet goes on while its own tasks run
 * @throws CollabError `device-busy` if a run or another user holds the device
 */
export async function refuseHeld(
  { device, shell }: ConnectedDevice,
  clock: Clock,
  except?: string,
): Promise<void> {
  const holder = await showLease(shell);
  if (holder !== null && !holder.own && holder.who !== except)
    throw deviceBusy(device.name, holder, clock.now());
}
