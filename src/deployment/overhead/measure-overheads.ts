import { CollabError, messageOf } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import type { Overhead } from '../../logs/index.js';
import { type ConnectedDevice, type Device, LeaseSet } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { Access } from '../check/index.js';
import { deviceEngine } from '../engine/index.js';
import { measureOverhead } from './measure-overhead.js';
import { saveOverheads } from './overhead-store.js';

export type OverheadEvent = { kind: 'overhead.measuring'; device: string };

export interface DeviceOverhead {
  device: string;
  overhead: Overhead;
}

/**
 * Measures the wrapper's overhead on devices and saves it for run.json. One device at a time, as virtual devices share
 * a machine. A device in use is skipped.
 */
export async function measureOverheads(
  devices: readonly Device[],
  options: {
    access: Access;
    workspace: Workspace;
    clock: Clock;
    emit: Emit<OverheadEvent>;
    signal: AbortSignal;
  },
): Promise<DeviceOverhead[]> {
  const { access, workspace, clock, emit, signal } = options;
  const answers = await access.connect(devices);
  const measured: (DeviceOverhead & { id: string })[] = [];
  for (const answer of answers) {
    const { name, id } = answer.device;
    const lacks = (error: unknown) => ({
      measured_at: clock.now().toISOString(),
      unavailable: error instanceof CollabError ? error.what : messageOf(error),
    });
    if (!('connected' in answer)) {
      measured.push({ device: name, id, overhead: lacks(answer.error) });
      continue;
    }
    emit({ kind: 'overhead.measuring', device: name });
    const { connected } = answer;
    const overhead = await withLease(connected, clock, () => measureHere(connected, clock, signal)).catch(
      (error: unknown) => {
        if (signal.aborted) throw error;
        return lacks(error);
      },
    );
    await connected.close();
    measured.push({ device: name, id, overhead });
  }
  await saveOverheads(
    workspace,
    Object.fromEntries(
      measured.flatMap(({ id, overhead }) => ('unavailable' in overhead ? [] : [[id, overhead]])),
    ),
  );
  return measured.map(({ device, overhead }) => ({ device, overhead }));
}

async function measureHere(connected: ConnectedDevice, clock: Clock, signal: AbortSignal): Promise<Overhead> {
  const engine = await deviceEngine(connected).catch(() => null);
  return measureOverhead(connected, engine, { clock, signal });
}

/** @throws CollabError `device-busy` */
async function withLease<T>(connected: ConnectedDevice, clock: Clock, work: () => Promise<T>): Promise<T> {
  await using lease = await LeaseSet.take([connected], 'overhead', clock);
  lease.keep(clock, () => undefined);
  return await work();
}
