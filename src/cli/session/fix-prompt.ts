import { fixDevices, type Access, type Checked } from '../../index.js';
import { canAsk, confirm } from './prompts.js';
import { fixesText } from '../text/index.js';
import type { Session } from './session.js';

/** Flags that say whether to run the commands that fix devices. */
export interface FixFlags {
  fix?: boolean;
  yes?: boolean;
}

/**
 * Shows what devices lack and the commands that fix it, and runs them with the user's consent: --fix, or a yes on a
 * terminal, asked once for devices that lack the same. --yes alone is not consent.
 * @param hint how to run them later, printed if the user did not consent
 * @returns all devices; those that were fixed, as they are now
 */
export async function offerFixes(
  checked: readonly Checked[],
  options: FixFlags,
  { access, session, hint }: { access: Access; session: Session; hint: string },
): Promise<Checked[]> {
  const { clock, emit, signal, say } = session;
  const lacking = checked.filter(({ check }) => check.remedies.length > 0);
  const fixable = lacking.filter(({ check }) => check.remedies.some(({ commands }) => commands.length > 0));
  const agreed: Checked[] = [];
  const asks = options.fix === undefined && options.yes !== true && canAsk();
  const groups = asks ? alike(lacking) : [lacking];
  for (const together of groups) {
    if (together.length > 0) say(`\n${fixesText(together.map(({ check }) => check))}`);
    const those = together.filter((one) => fixable.includes(one));
    if (those.length > 0 && (asks ? await mayFix(those) : options.fix === true)) agreed.push(...those);
  }
  if (agreed.length === 0) {
    if (fixable.length > 0) say(hint);
    return [...checked];
  }
  const toFix = agreed.map(({ device, check }) => ({ device, remedies: check.remedies }));
  const after = await fixDevices(toFix, { access, clock, emit, signal });
  for (const { check } of after) {
    const left = check.remedies.map(({ lack }) => lack);
    say(left.length === 0 ? `${check.device}: fixed` : `${check.device}: still missing: ${left.join(', ')}`);
  }
  return checked.map((one) => after.find(({ device }) => device.id === one.device.id) ?? one);
}

/** Devices that the same commands fix, together. */
function alike(lacking: readonly Checked[]): Checked[][] {
  const groups = new Map<string, Checked[]>();
  for (const one of lacking) {
    const { user, remedies } = one.check;
    const key = JSON.stringify([user === 'root', remedies]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function mayFix(those: readonly Checked[]): Promise<boolean> {
  return confirm(`Run these commands on ${those.map(({ check }) => check.device).join(', ')}?`, false);
}
