import { unlockDevices } from '../../../index.js';
import { chosenLan, openSession } from '../../session/index.js';
import { unlockedLine } from '../../text/index.js';

export interface UnlockOptions {
  lan?: string;
  kick?: boolean;
  reason?: string;
  json?: boolean;
}

/** `collab device unlock <name...>`: ends locks of this user, with --kick the use of devices by anybody. */
export async function deviceUnlock(names: string[], options: UnlockOptions): Promise<void> {
  const { workspace, clock, emit, signal, print } = openSession(options);
  const lan = await chosenLan(workspace, options.lan);
  const about = { lan, workspace, names, reason: options.reason ?? null, kick: options.kick === true };
  const answers = await unlockDevices({ ...about, clock, emit, signal });
  const unlocked = answers.flatMap((one) => ('how' in one ? [one] : []));
  if (unlocked.length > 0) print(unlocked.map(unlockedLine).join('\n'), unlocked);
  const failed = answers.find((one) => 'error' in one);
  if (failed !== undefined) throw failed.error;
}
