import type { Clock } from '../../events.js';
import type { ConnectedDevice } from '../lan/index.js';
import { askLease } from './ask-lease.js';
import { claimant } from './claim.js';
import type { HeldLease } from './held-lease.js';
import type { LeaseHolder } from './lease-answer.js';
import { deviceBusy } from './lease-errors.js';
import { leaseId, takeLease } from './take-lease.js';

/** How a device was unlocked: the user's lock was released, another lease was ended by force, or the device was free. */
export interface Unlocked {
  device: string;
  how: 'released' | 'kicked' | 'free';
  /** The previous holder. */
  holder: LeaseHolder | null;
}

/**
 * Locks devices manually, all or none, in the given order. An existing lock of the same user from this machine continues
 * with the new term and reason.
 * @throws CollabError `device-busy` for the first device with another holder
 */
export async function lockManually(
  connections: readonly ConnectedDevice[],
  options: { termS: number; reason: string | null },
  clock: Clock,
  folder?: string,
): Promise<void> {
  const fresh: HeldLease[] = [];
  try {
    for (const { device, shell } of connections) {
      const attempt = await takeLease(shell, { ...claimant(), run: null, ...options }, folder);
      if (!attempt.taken) throw deviceBusy(device.name, attempt.holder, clock.now());
      if (!attempt.extended) fresh.push(attempt.lease);
    }
  } catch (error) {
    for (const lease of fresh) await lease[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * Ends this user's manual lock of a device from this machine. With `kick`, ends any lease; its holder is informed at the next
 * renewal.
 * @throws CollabError `device-busy` if another user or a run holds the device and `kick` is false
 */
export async function unlockManually(
  { device: { name: device }, shell }: ConnectedDevice,
  options: { kick: boolean; reason: string | null },
  clock: Clock,
  folder?: string,
): Promise<Unlocked> {
  const claim = { ...claimant(), run: null, reason: options.reason, termS: 0 };
  const { holder } = await askLease(shell, 'show', { id: leaseId(), claim, folder });
  if (holder === null) return { device, how: 'free', holder };
  const own = holder.run === null && holder.who === claim.who && holder.host === claim.host;
  if (own) {
    await askLease(shell, 'release', { id: holder.id, claim, folder });
    return { device, how: 'released', holder };
  }
  if (!options.kick) throw deviceBusy(device, holder, clock.now());
  const kicked = await askLease(shell, 'kick', { id: leaseId(), claim, folder });
  return { device, how: kicked.answer === 'kicked' ? 'kicked' : 'free', holder: kicked.holder };
}
