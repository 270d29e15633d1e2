import { LanStore } from '../../../index.js';
import { canAsk, cannotAsk, confirm, openSession } from '../../session/index.js';

/** `collab lan remove <name>`: forgets a LAN, also one whose file is broken. */
export async function lanRemove(name: string, options: { yes?: boolean; json?: boolean }): Promise<void> {
  const { workspace, print } = openSession(options);
  const lans = new LanStore(workspace);
  if (options.yes !== true && (await lans.list()).includes(name)) {
    if (!canAsk()) throw cannotAsk(`Whether to forget LAN ${name}`, '--yes');
    if (!(await confirm(`Forget LAN ${name} with what is known of its devices?`))) {
      print(`LAN ${name} is kept.`, { removed: null });
      return;
    }
  }
  await lans.remove(name);
  print(`LAN ${name} is forgotten.`, { removed: name });
}
