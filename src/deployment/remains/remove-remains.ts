import type { ConnectedDevice } from '../../network/index.js';
import { endLease } from '../../network/index.js';
import type { Engine } from '../engine/index.js';
import {
  clearRunFolder,
  deviceRunFolder,
  endContainers,
  endListeners,
  endWrappers,
} from '../runtimes/index.js';
import { type CleanChoice, planClean } from './plan-clean.js';
import type { RemainsPlan } from './remains.js';

/**
 * Removes what a plan says: first what runs, then the lease, then the folder. What ran may have written logs while it was
 * ended, which are not here: whether the folder goes is decided after that.
 * @returns the plan as it was carried out
 */
export async function removeRemains(
  connected: ConnectedDevice,
  engine: Engine | null,
  plan: RemainsPlan,
  how: CleanChoice,
): Promise<RemainsPlan> {
  const { remains, kept } = plan;
  if (kept !== null) return plan;
  const { runId, containers, processes, lease, folder } = remains;
  if (engine !== null && containers.length > 0) await endContainers(engine, runId);
  if (processes.length > 0) {
    await endWrappers(connected, runId);
    await endListeners(connected, runId);
  }
  if (lease !== null) await endLease(connected.shell, runId);
  if (folder === null) return plan;
  const hasRun = processes.length > 0 || containers.some(({ running }) => running);
  const after = hasRun
    ? (await planClean(connected, engine, how)).find((one) => one.remains.runId === runId)
    : plan;
  const { removesFolder = false, uncollected = [] } = after ?? {};
  if (removesFolder) await connected.shell.remove(deviceRunFolder(connected, runId));
  else await clearRunFolder(connected, runId);
  return { ...plan, removesFolder, uncollected };
}
