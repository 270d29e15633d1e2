import type { Clock } from '../../events.js';
import type { ConnectedDevice } from '../lan/index.js';
import { askLease } from './ask-lease.js';
import { claimant } from './claim.js';
import type { HeldLease } from './held-lease.js';
import type { LeaseHolder } from './lease-answer.js';
import { deviceBusy } from './lease-errors.js';
import { leaseId, takeLease } from './take-lease.js';

/** How a device was unlocked: a lock of our own, somebody else's by force, or it was free. */
export interface Unlocked {
  device: string;
  how: 'released' | 'kicked' | 'free';
  /** Who held it until now. */
  holder: LeaseHolder | null;
}

/**
 * Locks devices by hand for so many seconds, all or none, in the order given. A lock that the same user has from this
 * machine already goes on with the new term and reason.
 * @throws CollabError `device-busy` for the first one that another one holds
 */
export async function lockByHand(
  connections: readonly ConnectedDevice[],
  wish: { termS: number; reason: string | null },
  clock: Clock,
  folder?: string,
): Promise<void> {
  const fresh: HeldLease[] = [];
  try {
    for (const { device, shell } of connections) {
      const attempt = await takeLease(shell, { ...claimant(), run: null, ...wish }, folder);
      if (!attempt.taken) throw deviceBusy(device.name, attempt.holder, clock.now());
      if (!attempt.extended) fresh.push(attempt.lease);
    }
  } catch (error) {
    for (const lease of fresh) await lease[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Ends the lock by hand of a device that this user has from this machine; with `kick` whatever lease there is, and its
 * holder is told so at the next renewal.
 * @throws CollabError `device-busy` when another one, or a run, holds the device and `kick` is false
 */
export async function unlockByHand(
  { device: { name: device }, shell }: ConnectedDevice,
  wish: { kick: boolean; reason: string | null },
  clock: Clock,
  folder?: string,
): Promise<Unlocked> {
  const claim = { ...claimant(), run: null, reason: wish.reason, termS: 0 };
  const { holder } = await askLease(shell, 'show', { id: leaseId(), claim, folder });
  if (holder === null) return { device, how: 'free', holder };
  const own = holder.run === null && holder.who === claim.who && holder.host === claim.host;
  if (own) {
    await askLease(shell, 'release', { id: holder.id, claim, folder });
    return { device, how: 'released', holder };
  }
  if (!wish.kick) throw deviceBusy(device, holder, clock.now());
  const kicked = await askLease(shell, 'kick', { id: leaseId(), claim, folder });
  return { device, how: kicked.answer === 'kicked' ? 'kicked' : 'free', holder: kicked.holder };
}
