import type { Workspace } from '../../workspace/index.js';
import type { ConnectedDevice, LAN } from '../lan/index.js';
import { connectDevices } from './connect-devices.js';
import { SteadyDevice } from './steady-device.js';

/**
 * A device of a LAN that is connected to again when its connection was closed, and on `reach`, at a new address too.
 * @param check what else must work for it to be usable, as its engine
 */
export function keepConnected(
  connected: ConnectedDevice,
  { lan, workspace }: { lan: LAN; workspace: Workspace },
  check: (connected: ConnectedDevice) => Promise<unknown>,
): ConnectedDevice {
  return new SteadyDevice(
    connected,
    async (device, { emit, signal }) => {
      const [answer] = await connectDevices([device], { lan, workspace, emit, ...(signal && { signal }) });
      if (answer !== undefined && 'connected' in answer) return answer.connected;
      throw answer?.error as Error;
    },
    check,
  );
}
