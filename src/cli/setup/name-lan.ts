import { checkLanName, LanStore, type Workspace } from '../../index.js';
import { askText, canAsk } from '../session/index.js';
import type { SetupOptions } from './options.js';

/** The LAN that a set-up begins with: the one that is named, else the one in use, which is then edited. */
export async function lanToEdit({ lan }: SetupOptions, workspace: Workspace): Promise<string> {
  if (lan !== undefined) checkLanName(lan);
  return lan ?? (await new LanStore(workspace).currentName()) ?? 'lan';
}

/** Under which name to save: the one that was given, else the user says, with the LAN that is edited filled in. */
export function nameLan({ lan, yes }: SetupOptions, fallback: string): Promise<string> {
  if (lan !== undefined || yes === true || !canAsk()) return Promise.resolve(lan ?? fallback);
  return askText('Save them as LAN:', fallback, (name) => {
    try {
      checkLanName(name);
      return true;
    } catch (error) {
      return error instanceof Error ? error.message : false;
    }
  });
}
