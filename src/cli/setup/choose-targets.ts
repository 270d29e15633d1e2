import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { CollabError, recognize, type Device, type EnrollTarget, type FoundDevice } from '../../index.js';
import { lookAround } from '../look-around.js';
import { askText, canAsk } from '../prompts.js';
import type { Session } from '../session.js';
import { typedTargets } from '../typed-targets.js';
import { chooseDevices } from './choose-devices.js';
import { interfacesToAsk } from './choose-interfaces.js';
import type { SetupOptions } from './options.js';

/**
 * Which devices to set up: those named, those found and chosen; what neither flags nor answers say is asked on a
 * terminal, with what is known of the devices of the LAN filled in.
 */
export async function chooseTargets(
  options: SetupOptions,
  saved: readonly Device[],
  session: Session,
): Promise<EnrollTarget[]> {
  const named = await namedTargets(options, session);
  if (named.length > 0 && options.interface.length === 0) return named;
  const interfaces = await interfacesToAsk(options, saved);
  if (interfaces.length === 0) return [...named, ...(await typeAddresses(options, session))];
  const look = { ...options, interface: interfaces };
  let found = await lookOrNone(look, session);
  if (found === null) return [...named, ...(await typeAddresses(options, session))];
  let chosen = await chooseDevices(await recognize(found, saved, session.signal), saved, options);
  if (chosen.scan) {
    found = await lookAround({ ...look, scan: true }, session);
    const again = { ...options, scan: true };
    chosen = await chooseDevices(await recognize(found, saved, session.signal), saved, again);
  }
  const targets = [...named];
  const isNew = ({ address, port }: FoundDevice) =>
    !named.some((target) => target.host === address && target.port === port);
  for (const one of chosen.found.filter(isNew)) targets.push(await targetOf(one, saved, options));
  for (const { login, name, keyPath } of chosen.saved) targets.push({ ...login, keyPath, name });
  if (chosen.type) targets.push(...(await typeAddresses(options, session)));
  return targets;
}

async function namedTargets(options: SetupOptions, session: Session): Promise<EnrollTarget[]> {
  const targets = await typedTargets(
    options.device.map(({ address }) => address),
    options,
    session,
  );
  return targets.map((target, index) => {
    const { name, tags, key } = options.device[index] ?? {};
    return {
      ...target,
      ...(name !== undefined && { name }),
      ...(tags !== undefined && { tags }),
      ...(key !== undefined && { keyPath: key }),
    };
  });
}

/** Who answers; null when nobody does and there is a user who may type addresses. */
async function lookOrNone(look: SetupOptions, session: Session): Promise<FoundDevice[] | null> {
  try {
    return await lookAround(look, session);
  } catch (error) {
    const mayType = look.yes !== true && canAsk();
    if (!mayType || !(error instanceof CollabError) || error.name !== 'nothing-found') throw error;
    session.say([error.what, error.why].join('\n'));
    return null;
  }
}

/** Addresses that the user types; at least one. */
async function typeAddresses(options: SetupOptions, session: Session): Promise<EnrollTarget[]> {
  const text = await askText(
    'Addresses of devices (user@host[:port], several with spaces between):',
    '',
    (typed) => (typed.trim() === '' ? 'Type at least one, or end with Ctrl-C.' : true),
  );
  return typedTargets(text.trim().split(/[\s,]+/), options, session);
}

async function targetOf(
  { address, port, user: hinted, known }: FoundDevice,
  saved: readonly Device[],
  options: SetupOptions,
): Promise<EnrollTarget> {
  const before = saved.find(({ name }) => name === known);
  const user = options.user ?? before?.user ?? hinted ?? (await askUser(address, options));
  const keyPath = options.key === undefined ? (before?.keyPath ?? null) : resolve(options.key);
  return { host: address, port, user, keyPath };
}

function askUser(address: string, options: SetupOptions): Promise<string> {
  const own = userInfo().username;
  return options.yes === true || !canAsk() ? Promise.resolve(own) : askText(`Login on ${address}:`, own);
}
