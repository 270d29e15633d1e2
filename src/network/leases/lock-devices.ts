import { messageOf } from '../../errors.js';
import type { Clock } from '../../events.js';
import { connectDevices, type ConnectDevicesOptions } from '../connect/index.js';
import { type ConnectedDevice, pickDevices } from '../lan/index.js';
import { lockManually, unlockManually, type Unlocked } from './manual-lock.js';

export interface LockRequest extends ConnectDevicesOptions {
  /** Names of devices in the LAN. */
  names: readonly string[];
  reason: string | null;
  clock: Clock;
}

/** A manually locked device, and the end of the lock by the controller's clock. */
export interface Locked {
  device: string;
  until: Date;
}

/**
 * Locks devices of a LAN manually for this user, all or none, in the order of their names.
 * @throws CollabError `device-busy`, and connection errors
 */
export async function lockDevices(request: LockRequest & { termS: number }): Promise<Locked[]> {
  const { clock, termS, reason } = request;
  return await withDevices(request, async (connections) => {
    await lockManually(connections, { termS, reason }, clock);
    const until = new Date(clock.now().getTime() + termS * 1000);
    return connections.map(({ device }) => ({ device: device.name, until }));
  });
}

/**
 * Ends manual locks, or with `kick` any lease. A busy device does not prevent the others from being unlocked.
 * @returns for each device, how it was unlocked or the error
 * @throws CollabError connection errors
 */
export async function unlockDevices(
  request: LockRequest & { kick: boolean },
): Promise<(Unlocked | { device: string; error: unknown })[]> {
  const { clock, kick, reason } = request;
  return await withDevices(request, (connections) =>
    Promise.all(
      connections.map((connected) =>
        unlockManually(connected, { kick, reason }, clock).catch((error: unknown) => ({
          device: connected.device.name,
          error,
        })),
      ),
    ),
  );
}

/** Connects to the named devices, in the order of their names, and closes the connections at the end. */
async function withDevices<T>(
  request: LockRequest,
  act: (connections: readonly ConnectedDevice[]) => Promise<T>,
): Promise<T> {
  const devices = pickDevices(request.lan, { only: request.names });
  const answers = await connectDevices(devices, request);
  const connections = answers.flatMap((one) => ('connected' in one ? [one.connected] : []));
  try {
    const failed = answers.find((one) => 'error' in one);
    if (failed !== undefined) {
      throw failed.error instanceof Error ? failed.error : new Error(messageOf(failed.error));
    }
    return await act(connections.sort((a, b) => (a.device.name < b.device.name ? -1 : 1)));
  } finally {
    for (const connected of connections) await connected.close();
  }
}
