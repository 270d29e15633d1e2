import type { ConnectedDevice } from '../../network/index.js';
import { endLease } from '../../network/index.js';
import type { Engine } from '../engine/index.js';
import { clearRunFolder, deviceRunFolder, endContainers, endWrappers } from '../runtimes/index.js';
import type { RemainsPlan } from './remains.js';

/** Removes what a plan says: first what runs, then the lease, then the folder. */
export async function removeRemains(
  connected: ConnectedDevice,
  engine: Engine | null,
  { remains, kept, removesFolder }: RemainsPlan,
): Promise<void> {
  if (kept !== null) return;
  const { runId, containers, processes, lease, folder } = remains;
  if (engine !== null && containers.length > 0) await endContainers(engine, runId);
  if (processes.length > 0) await endWrappers(connected, runId);
  if (lease !== null) await endLease(connected.shell, runId);
  if (folder === null) return;
  if (removesFolder) await connected.shell.remove(deviceRunFolder(connected, runId));
  else await clearRunFolder(connected, runId);
}
