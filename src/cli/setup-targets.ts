import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { chooseInterfaces, resolveTargets, type EnrollTarget, type FoundDevice } from '../index.js';
import { parseDeviceAddress } from './device-address.js';
import { lookAround, type LookOptions } from './look-around.js';
import { askText, canAsk, cannotAsk, chooseMany } from './prompts.js';
import type { Session } from './session.js';

/** The flags of `collab setup` that say which devices. */
export interface TargetOptions extends LookOptions {
  device: string[];
  user?: string;
  key?: string;
  sshConfig?: string;
}

/** Which devices to set up: those named, those found and chosen; what no flag answers is asked on a terminal. */
export async function chooseTargets(options: TargetOptions, session: Session): Promise<EnrollTarget[]> {
  const keyPath = options.key === undefined ? null : resolve(options.key);
  const typed = await typedTargets(options.device, options, session);
  if (typed.length > 0 && options.interface.length === 0) return typed;
  const interfaces = options.interface.length > 0 ? options.interface : await askInterfaces(options);
  const found = await lookAround({ ...options, interface: interfaces }, session);
  const chosen = options.yes === true ? found : await pick(found);
  const others = chosen.filter(
    (one) => !typed.some(({ host, port }) => host === one.address && port === one.port),
  );
  const targets: EnrollTarget[] = [...typed];
  for (const { address, port, user: hinted } of others) {
    const user = options.user ?? hinted ?? (await askUser(address, options));
    targets.push({ host: address, port, user, keyPath });
  }
  return targets;
}

/** What a user typed, as ssh_config understands it. */
export async function typedTargets(
  texts: readonly string[],
  { user, key, sshConfig }: Pick<TargetOptions, 'user' | 'key' | 'sshConfig'>,
  { emit, signal }: Pick<Session, 'emit' | 'signal'>,
): Promise<EnrollTarget[]> {
  const places = texts.map((text) => parseDeviceAddress(text, user));
  const logins = await resolveTargets(places, { configPath: sshConfig ?? null, emit, signal });
  return logins.map((login) => ({ ...login, keyPath: key === undefined ? null : resolve(key) }));
}

async function askInterfaces(options: TargetOptions): Promise<string[]> {
  const all = chooseInterfaces([]);
  const [only] = all;
  if (options.yes === true || !canAsk()) {
    if (only !== undefined && all.length === 1) return [only.name];
    throw cannotAsk('On which network to look', all.map(({ name }) => `--interface ${name}`).join(' or '));
  }
  return chooseMany(
    'On which networks should collab look for devices?',
    all.map(({ name, address }) => ({ name: `${name} (${address})`, value: name })),
  );
}

function pick(found: FoundDevice[]): Promise<FoundDevice[]> {
  if (!canAsk()) throw cannotAsk('Which devices to take', '--yes for all, or --device user@address for each');
  return chooseMany(
    'Which devices?',
    found.map((one) => ({ name: `${one.host} (${one.address})`, value: one })),
  );
}

function askUser(address: string, options: TargetOptions): Promise<string> {
  const own = userInfo().username;
  return options.yes === true || !canAsk() ? Promise.resolve(own) : askText(`Login on ${address}:`, own);
}
