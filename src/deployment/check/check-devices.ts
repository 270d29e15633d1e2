import { CollabError } from '../../errors.js';
import { measureClockOffset } from '../../network/clock/clock-line.js';
import { connectDevices, type Answer, type ConnectDevicesOptions } from '../../network/connect-devices.js';
import type { ConnectedDevice, Device } from '../../network/device.js';
import { readFacts } from '../../network/facts/read-facts.js';
import { deviceEngine } from '../engine/dockerode.js';
import { judge, type DeviceCheck, type Seen } from './judge.js';

/**
 * Asks devices whether they are ready for a run: reached, known by their host key, logged in to, with an engine,
 * disk space and a clock. One that is at another address is found again. Nothing is changed on the devices.
 */
export async function checkDevices(
  devices: readonly Device[],
  options: ConnectDevicesOptions,
): Promise<DeviceCheck[]> {
  const answers = await connectDevices(devices, options);
  return Promise.all(answers.map(async (answer) => judge(await look(answer, options.signal))));
}

async function look(answer: Answer, signal?: AbortSignal): Promise<Seen> {
  const { device } = answer;
  if (!('connected' in answer)) return { device, error: known(answer.error) };
  const { connected } = answer;
  try {
    const [engine, facts, clock] = await Promise.all([
      engineOf(connected),
      readFacts(connected.shell, signal).catch((error: unknown) => ({ error: known(error) })),
      measureClockOffset(connected.shell, signal && { signal }),
    ]);
    return { device, engine, facts, clock };
  } catch (error) {
    return { device, error: known(error) };
  } finally {
    await connected.close();
  }
}

async function engineOf(connected: ConnectedDevice) {
  try {
    return { version: (await (await deviceEngine(connected)).version()).version };
  } catch (error) {
    return { error: known(error) };
  }
}

/** Ctrl-C and faults of our own are no property of a device. */
function known(error: unknown): CollabError {
  if (error instanceof CollabError && error.name !== 'interrupted') return error;
  throw error;
}
