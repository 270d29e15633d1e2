import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { CollabError, recognize, type Device, type EnrollTarget, type FoundDevice } from '../../index.js';
import { askText, canAsk, discoverWithPrompt, type Session, typedTargets } from '../session/index.js';
import { chooseDevices } from './choose-devices.js';
import { interfacesToSearch } from './choose-interfaces.js';
import type { SetupOptions } from './options.js';

/**
 * Chooses the devices to set up: those given by address, and those discovered and selected. What neither flags nor the
 * answers file give is asked on a terminal, with the saved values of the LAN filled in.
 */
export async function chooseTargets(
  options: SetupOptions,
  saved: readonly Device[],
  session: Session,
): Promise<EnrollTarget[]> {
  const named = await namedTargets(options, session);
  if (named.length > 0 && options.interface.length === 0) return named;
  const interfaces = await interfacesToSearch(options, saved);
  if (interfaces.length === 0) return [...named, ...(await typeAddresses(options, session))];
  const discovery = { ...options, interface: interfaces };
  let found = await discoverOrNull(discovery, session);
  if (found === null) return [...named, ...(await typeAddresses(options, session))];
  let chosen = await chooseDevices(await recognize(found, saved, session.signal), saved, options);
  if (chosen.scan) {
    found = await discoverWithPrompt({ ...discovery, scan: true }, session);
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

/** Discovers devices; null if there are none and the user can type addresses instead. */
async function discoverOrNull(options: SetupOptions, session: Session): Promise<FoundDevice[] | null> {
  try {
    return await discoverWithPrompt(options, session);
  } catch (error) {
    const mayType = options.yes !== true && canAsk();
    if (!mayType || !(error instanceof CollabError) || error.name !== 'nothing-found') throw error;
    session.say([error.what, error.why].join('\n'));
    return null;
  }
}

/** Asks for addresses; at least one. */
async function typeAddresses(options: SetupOptions, session: Session): Promise<EnrollTarget[]> {
  const text = await askText('Device addresses (user@host[:port], separated by spaces):', '', (typed) =>
    typed.trim() === '' ? 'Type at least one address, or press Ctrl-C to quit.' : true,
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
  return options.yes === true || !canAsk() ? Promise.resolve(own) : askText(`User name on ${address}:`, own);
}
