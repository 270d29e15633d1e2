import type { ConnectedDevice } from '../../network/index.js';
import { deviceRunFolder } from './runtime.js';

/** The folders of a run's trials, which hold those of the roles. */
const isTrial = (name: string) => /^\d+$/.test(name);

/**
 * Removes what a run left on a device. A role's folder is removed when everything in it was collected; a trial's folder
 * in which a file is left therefore stays where it is.
 */
export async function clearRunFolder(connected: ConnectedDevice, runId: string): Promise<void> {
  const { shell } = connected;
  const folder = deviceRunFolder(connected, runId);
  let keeps = false;
  for (const { path } of await shell.list(folder, false)) {
    const below = `${folder}/${path}`;
    const kept = isTrial(path) && (await shell.list(below)).some(({ kind }) => kind === 'file');
    if (kept) keeps = true;
    else await shell.remove(below);
  }
  if (!keeps) await shell.remove(folder);
}
