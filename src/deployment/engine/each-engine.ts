import {
  type ConnectDevicesOptions,
  type ConnectedDevice,
  type Device,
  eachDevice,
} from '../../network/index.js';
import { deviceEngine } from './dockerode.js';
import type { Engine } from './engine.js';

/** Like `eachDevice`, with the engine of each device. */
export function eachEngine<T>(
  devices: readonly Device[],
  options: ConnectDevicesOptions,
  work: (connected: ConnectedDevice, engine: Engine) => Promise<T>,
): ReturnType<typeof eachDevice<T>> {
  return eachDevice(devices, options, async (connected) => work(connected, await deviceEngine(connected)));
}
