import { CollabError } from '../../errors.js';
import { onEachDevice, type ConnectDevicesOptions } from '../../network/connect-devices.js';
import type { ConnectedDevice, Device } from '../../network/device.js';
import { deviceEngine } from './dockerode.js';
import type { Engine } from './engine.js';

export interface EngineFailure {
  device: string;
  error: CollabError;
}

/**
 * Connects to all devices at once, opens their engines and does `work` with each. A device where it fails is told
 * beside the others; an interrupt and faults of our own are thrown. All connections are closed at the end.
 */
export async function eachEngine<T>(
  devices: readonly Device[],
  options: ConnectDevicesOptions,
  work: (connected: ConnectedDevice, engine: Engine) => Promise<T>,
): Promise<{ done: { device: string; value: T }[]; failures: EngineFailure[] }> {
  const done: { device: string; value: T }[] = [];
  const failures: EngineFailure[] = [];
  await onEachDevice(devices, options, async (answer) => {
    const device = answer.device.name;
    try {
      if (!('connected' in answer)) throw answer.error;
      done.push({ device, value: await work(answer.connected, await deviceEngine(answer.connected)) });
    } catch (error) {
      if (!(error instanceof CollabError) || error.name === 'interrupted') throw error;
      failures.push({ device, error });
    } finally {
      if ('connected' in answer) await answer.connected.close();
    }
  });
  const place = new Map(devices.map(({ name }, index) => [name, index]));
  const inOrder = (a: { device: string }, b: { device: string }) =>
    (place.get(a.device) ?? 0) - (place.get(b.device) ?? 0);
  return { done: done.sort(inOrder), failures: failures.sort(inOrder) };
}
