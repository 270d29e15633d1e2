import { mendDevices, type Access, type Checked } from '../../index.js';
import { canAsk, confirm } from './prompts.js';
import { remediesText } from '../text/index.js';
import type { Session } from './session.js';

/** The flags that say whether commands may be run that mend devices. */
export interface MendOptions {
  mend?: boolean;
  yes?: boolean;
}

/**
 * Shows what devices lack with the commands that mend it, and runs them where the user consents: by --mend, or by an
 * answer for each device on a terminal; --yes alone is no consent.
 * @param tell how a user who did not consent can have them run later
 * @returns all devices, those that were mended as they are now
 */
export async function offerToMend(
  checked: readonly Checked[],
  options: MendOptions,
  { access, session, tell }: { access: Access; session: Session; tell: string },
): Promise<Checked[]> {
  const { clock, emit, signal, say } = session;
  const lacking = checked.filter(({ check }) => check.remedies.length > 0);
  const mendable = lacking.filter(({ check }) => check.remedies.some(({ commands }) => commands.length > 0));
  const agreed: Checked[] = [];
  const asks = options.mend === undefined && options.yes !== true && canAsk();
  const told = asks ? lacking.map((one) => [one]) : [lacking];
  for (const together of told) {
    if (together.length > 0) say(`\n${remediesText(together.map(({ check }) => check))}`);
    for (const one of together) {
      if (!mendable.includes(one)) continue;
      if (asks ? await mayMend(one) : options.mend === true) agreed.push(one);
    }
  }
  if (agreed.length === 0) {
    if (mendable.length > 0) say(tell);
    return [...checked];
  }
  const patients = agreed.map(({ device, check }) => ({ device, remedies: check.remedies }));
  const after = await mendDevices(patients, { access, clock, emit, signal });
  for (const { check } of after) {
    const left = check.remedies.map(({ lack }) => lack);
    say(left.length === 0 ? `${check.device}: mended` : `${check.device}: still lacks: ${left.join(', ')}`);
  }
  return checked.map((one) => after.find(({ device }) => device.id === one.device.id) ?? one);
}

function mayMend({ check }: Checked): Promise<boolean> {
  return confirm(`Run these commands on ${check.device}?`, false);
}
