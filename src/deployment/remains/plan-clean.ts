import { join } from 'node:path';
import type { ConnectedDevice } from '../../network/index.js';
import { fileSize } from '../../workspace/index.js';
import type { Engine } from '../engine/index.js';
import { lookForRemains } from './look-for-remains.js';
import { placeHere, planRemoval } from './plan-removal.js';
import type { LeftLog, Remains, RemainsPlan, Standing } from './remains.js';
import { standingOf } from './standing.js';

/** What a user wants cleaned. */
export interface CleanChoice {
  /** The `Logs/` of all workspaces of this machine: runs that none of them knows are left alone. */
  logs: readonly string[];
  /** Also folders with logs that are not here. */
  uncollected: boolean;
}

/**
 * Looks at what runs left on a device, and decides what of it is removed. Changes nothing.
 * @param engine null for a device whose engine is not used
 */
export async function planClean(
  connected: ConnectedDevice,
  engine: Engine | null,
  { logs, uncollected }: CleanChoice,
): Promise<RemainsPlan[]> {
  const found = await lookForRemains(connected, engine);
  return Promise.all(
    found.map(async (remains) => {
      const standing = await standingOf(remains, logs);
      return planRemoval(remains, standing, { missing: await missingHere(remains, standing), uncollected });
    }),
  );
}

/** The logs on the device of which there is no whole copy in the run's folder here. */
async function missingHere({ folder }: Remains, standing: Standing): Promise<LeftLog[]> {
  const all = folder?.logs ?? [];
  if (standing.is !== 'over') return [...all];
  const sizes = await Promise.all(all.map(({ path }) => fileSize(join(standing.folder, ...placeHere(path)))));
  return all.filter(({ sizeBytes }, at) => (sizes[at] ?? -1) < sizeBytes);
}
