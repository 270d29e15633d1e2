import { unlockDevices, type Unlocked } from '../../../index.js';
import { chosenLan, openSession } from '../../session/index.js';

export interface UnlockOptions {
  lan?: string;
  kick?: boolean;
  reason?: string;
  json?: boolean;
}

/** `collab device unlock <name...>`: releases this user's locks; with --kick, anyone's. */
export async function deviceUnlock(names: string[], options: UnlockOptions): Promise<void> {
  const { workspace, clock, emit, signal, print } = openSession(options, 'events');
  const lan = await chosenLan(workspace, options.lan);
  const about = { lan, workspace, names, reason: options.reason ?? null, kick: options.kick === true };
  const answers = await unlockDevices({ ...about, clock, emit, signal });
  const unlocked = answers.flatMap((one) => ('how' in one ? [one] : []));
  if (unlocked.length > 0) print(unlocked.map(unlockedLine).join('\n'), { lan: lan.name, devices: unlocked });
  const failed = answers.find((one) => 'error' in one);
  if (failed !== undefined) throw failed.error;
}

/** What became of a device that was unlocked. */
export function unlockedLine({ device, how, holder }: Unlocked): string {
  if (how === 'free' || holder === null) return `${device}: was not locked`;
  if (how === 'released') return `${device}: unlocked`;
  const from = `${device}: taken from ${holder.who} on ${holder.host}`;
  return holder.run === null
    ? `${from}, who had locked it`
    : `${from}; run ${holder.run} stops at its next renewal, within 20 s`;
}
