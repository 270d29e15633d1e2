import {
  type ConnectDevicesOptions,
  type ConnectedDevice,
  Controller,
  type Device,
  type DeviceFailure,
} from '../../network/index.js';
import { eachEngine, type Engine } from '../engine/index.js';

/** How the results of this machine are named, where `--local` runs leave things. */
export const thisMachine = 'this machine';

type Work<T> = (connected: ConnectedDevice, engine: Engine | null) => Promise<T>;

/**
 * Runs `work` on devices of a LAN, with their engines, and on this machine, without one: roles here are processes.
 * @param devices null for this machine alone
 */
export async function everywhere<T>(
  devices: readonly Device[] | null,
  options: ConnectDevicesOptions | null,
  work: Work<T>,
): Promise<{ done: { device: string; value: T }[]; failures: DeviceFailure[] }> {
  const controller = await Controller.read();
  const here = { device: thisMachine, value: await work(await controller.connect(), null) };
  if (devices === null || options === null) return { done: [here], failures: [] };
  const { done, failures } = await eachEngine(devices, options, work);
  return { done: [here, ...done], failures };
}
