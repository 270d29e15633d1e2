import { CollabError } from '../../errors.js';
import { systemClock, type Clock, type Emit } from '../../events.js';
import {
  type Answer,
  type ConnectedDevice,
  type Device,
  measureClockOffset,
  readFacts,
  showLease,
} from '../../network/index.js';
import { deviceEngine } from '../engine/index.js';
import { applyRemedies, type FixEvent, type Remedy } from '../fix/index.js';
import type { Access } from './access.js';
import { judge, type DeviceCheck, type Seen } from './judge.js';
import { tryFiles } from './try-files.js';

export interface CheckOptions {
  access: Access;
  clock?: Clock;
  signal?: AbortSignal;
  /** Called for each device as soon as its check ends. */
  onChecked?: (checked: Checked) => void;
}

/** A device with the facts that were read, if it could be reached, and its check. */
export interface Checked {
  device: Device;
  check: DeviceCheck;
  /** If not, its check says why and nothing else. */
  isReached: boolean;
}

/**
 * Checks whether devices are ready for a run: connection, host key, login, files (SFTP), engine and the stream to it,
 * disk space, clock, and who uses them. Saves the facts. Leaves nothing on the devices but an empty folder ~/.collab.
 */
export async function checkDevices(
  devices: readonly Device[],
  { access, clock = systemClock, signal, onChecked }: CheckOptions,
): Promise<Checked[]> {
  const all = await access.each(devices, async (answer) => {
    const seen = await look(answer, clock, signal);
    const checked = { device: seen.device, check: judge(seen), isReached: !('error' in seen) };
    onChecked?.(checked);
    return { checked, isFresh: 'facts' in seen && !('error' in seen.facts) };
  });
  await access.keep(all.flatMap(({ checked, isFresh }) => (isFresh ? [checked.device] : [])));
  return all.map(({ checked }) => checked);
}

/**
 * Runs remedies on devices, all devices at once, and checks them again on new connections: a login that has joined a
 * group is a member from its next login on.
 */
export async function fixDevices(
  patients: readonly { device: Device; remedies: readonly Remedy[] }[],
  options: CheckOptions & { emit: Emit<FixEvent> },
): Promise<Checked[]> {
  const { access, emit, signal } = options;
  const devices = patients.map(({ device }) => device);
  await access.each(devices, async (answer) => {
    if (!('connected' in answer)) return;
    const remedies = patients.find(({ device }) => device.id === answer.device.id)?.remedies ?? [];
    try {
      await applyRemedies(answer.connected, remedies, { emit, ...(signal && { signal }) });
    } catch (error) {
      emit({ kind: 'fix.stopped', device: answer.device.name, reason: known(error).what });
    } finally {
      await answer.connected.close();
    }
  });
  return checkDevices(devices, options);
}

async function look(answer: Answer, clock: Clock, signal?: AbortSignal): Promise<Seen> {
  const { device } = answer;
  if (!('connected' in answer)) return { device, error: known(answer.error) };
  const { connected } = answer;
  const orError = (error: unknown) => ({ error: known(error) });
  try {
    const [engine, facts, offset, holder, files] = await Promise.all([
      engineOf(connected),
      readFacts(connected.shell, signal).catch(orError),
      measureClockOffset(connected.shell, signal && { signal }),
      showLease(connected.shell).catch(orError),
      tryFiles(connected.shell, signal),
    ]);
    const fresh = 'error' in facts ? device : device.with({ facts });
    return { device: fresh, engine, facts, clock: offset, holder, files, now: clock.now() };
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

/** Ctrl-C and internal faults are not the device's. */
function known(error: unknown): CollabError {
  if (error instanceof CollabError && error.name !== 'interrupted') return error;
  throw error;
}
