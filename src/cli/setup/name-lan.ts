import { checkLanName, LanStore, type Workspace } from '../../index.js';
import { askText, canAsk } from '../session/index.js';
import type { SetupOptions } from './options.js';

/** The LAN to set up or edit: the named one, else the current one. */
export async function lanToEdit({ lan }: SetupOptions, workspace: Workspace): Promise<string> {
  if (lan !== undefined) checkLanName(lan);
  return lan ?? (await new LanStore(workspace).currentName()) ?? 'lan';
}

/** The name to save the LAN under: as given, else the user types it; the edited LAN's name is the default. */
export function nameLan({ lan, yes }: SetupOptions, fallback: string): Promise<string> {
  if (lan !== undefined || yes === true || !canAsk()) return Promise.resolve(lan ?? fallback);
  return askText('Save as LAN:', fallback, (name) => {
    try {
      checkLanName(name);
      return true;
    } catch (error) {
      return error instanceof Error ? error.message : false;
    }
  });
}
