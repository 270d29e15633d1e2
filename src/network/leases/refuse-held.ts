import type { Clock } from '../../events.js';
import type { ConnectedDevice } from '../lan/index.js';
import { deviceBusy } from './lease-errors.js';
import { showLease } from './show-lease.js';

/**
 * For what would disturb a run without being one. A lock by hand of the same user from the same machine does not count.
 * @throws CollabError `device-busy` when a run or another user holds the device
 */
export async function refuseHeld({ device, shell }: ConnectedDevice, clock: Clock): Promise<void> {
  const holder = await showLease(shell);
  if (holder !== null && !holder.own) throw deviceBusy(device.name, holder, clock.now());
}
