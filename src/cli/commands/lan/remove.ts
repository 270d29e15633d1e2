import { LanStore } from '../../../index.js';
import { agrees, openSession } from '../../session/index.js';

/** `collab lan remove <name>`: also removes a LAN with a broken file. */
export async function lanRemove(name: string, options: { yes?: boolean; json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const lans = new LanStore(workspace);
  const exists = (await lans.list()).includes(name);
  const need = `Removing LAN ${name} needs confirmation`;
  if (exists && !(await agrees(options.yes, need, `Remove LAN ${name} and all facts about its devices?`))) {
    print(`LAN ${name} was not removed.`, { removed: null });
    return;
  }
  await lans.remove(name);
  print(`Removed LAN ${name}.`, { removed: name });
}
