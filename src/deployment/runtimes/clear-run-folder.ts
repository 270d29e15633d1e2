import { roleFiles, warmFolder } from '../../logs/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import { deviceRunFolder } from './runtime.js';

/** The folders of attempts at a run's trials and of processes that stay, which hold those of the roles. */
const holdsRoles = (name: string) => /^\d+(?:\.\d+)?$/.test(name) || name === warmFolder;

/** The order of a role that never began is no log. */
const isLog = ({ path, kind }: { path: string; kind: string }) =>
  kind === 'file' && !new RegExp(`^[^/]+/${roleFiles.role}$`).test(path);

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
    const kept = holdsRoles(path) && (await shell.list(below)).some(isLog);
    if (kept) keeps = true;
    else await shell.remove(below);
  }
  if (!keeps) await shell.remove(folder);
}
