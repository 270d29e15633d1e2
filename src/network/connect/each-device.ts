import { CollabError } from '../../errors.js';
import type { ConnectedDevice, Device } from '../lan/index.js';
import { onEachDevice, type ConnectDevicesOptions } from './connect-devices.js';

export interface DeviceFailure {
  device: string;
  error: CollabError;
}

interface Done<T> {
  device: string;
  value: T;
}

/**
 * Runs `work` for each device as soon as it answers. A failed device is reported together with the others. An interrupt or
 * a bug in collab is thrown after all have ended. All connections are closed.
 */
export async function eachDevice<T>(
  devices: readonly Device[],
  options: ConnectDevicesOptions,
  work: (connected: ConnectedDevice) => Promise<T>,
): Promise<{ done: Done<T>[]; failures: DeviceFailure[] }> {
  const results = await onEachDevice(devices, options, async (answer): Promise<Done<T> | DeviceFailure> => {
    const device = answer.device.name;
    try {
      if (!('connected' in answer)) throw answer.error;
      return { device, value: await work(answer.connected) };
    } catch (error) {
      if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
      return { device, error };
    } finally {
      if ('connected' in answer) await answer.connected.close();
    }
  });
  return {
    done: results.filter((result) => 'value' in result),
    failures: results.filter((result) => 'error' in result),
  };
}
