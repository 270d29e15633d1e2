import { resolve } from 'node:path';
import { userInfo } from 'node:os';
import {
  CollabError,
  Controller,
  discover,
  ExitCode,
  formatBytes,
  listInterfaces,
  setupLan,
  type EnrollTarget,
  type FoundDevice,
} from '../../index.js';
import { parseDeviceAddress } from '../device-address.js';
import { askText, cannotAsk, canAsk, chooseMany, confirm } from '../prompts.js';
import { openSession, type Session } from '../session.js';
import { table } from '../table.js';

export interface SetupOptions {
  lan: string;
  interface: string[];
  device: string[];
  user?: string;
  key?: string;
  expect?: number;
  timeout: number;
  yes?: boolean;
  json?: boolean;
}

/** `collab setup`: finds the devices, logs in, reads their facts and saves them as a LAN. */
export async function setup(options: SetupOptions): Promise<void> {
  const session = openSession(options);
  const { workspace, emit, signal, say, print } = session;
  const targets = await chooseTargets(options, session);
  if (options.yes !== true && !canAsk())
    throw cannotAsk('Whether to trust these devices on first use', '--yes');
  if (
    options.yes !== true &&
    !(await confirm('Trust the host keys of these devices on first use, and record them?'))
  ) {
    throw new CollabError('not-trusted', {
      what: 'Nothing was saved: the devices were not trusted.',
      next: 'Compare their fingerprints (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on each), then set up again.',
      exitCode: ExitCode.usage,
    });
  }
  const controller = await Controller.read();
  const { lan, failures } = await setupLan({
    name: options.lan,
    workspace,
    targets,
    controller,
    emit,
    signal,
  });
  const rows = lan.devices.map(({ name, address, facts }) => [
    name,
    address,
    facts.architecture,
    facts.cores,
    formatBytes(facts.memoryBytes),
    facts.engine.available ? `Docker ${facts.engine.version}` : facts.engine.reason,
  ]);
  if (lan.devices.length > 0) {
    say(`LAN ${lan.name} is saved and in use. Next: collab run hello`);
    print(table(['NAME', 'ADDRESS', 'ARCH', 'CORES', 'MEMORY', 'ENGINE'], rows), lan.toJSON());
  }
  const [first] = failures;
  if (first === undefined) return;
  if (failures.length === 1) throw first.error;
  throw new CollabError('devices-failed', {
    what: `${failures.length} of ${targets.length} devices could not be set up.`,
    why: failures.map(({ error }) => [error.what, error.why].filter(Boolean).join('\n  ')).join('\n'),
    next: first.error.next,
    exitCode: first.error.exitCode,
  });
}

async function chooseTargets(options: SetupOptions, session: Session): Promise<EnrollTarget[]> {
  const keyPath = options.key === undefined ? null : resolve(options.key);
  const typed = options.device.map((text) => ({ ...parseDeviceAddress(text, options.user), keyPath }));
  if (typed.length > 0 && options.interface.length === 0) return typed;
  const found = await lookAround(options, session);
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

async function lookAround(options: SetupOptions, { say, signal }: Session): Promise<FoundDevice[]> {
  const interfaces = options.interface.length > 0 ? options.interface : await askInterfaces(options);
  say(`Looking for devices on ${interfaces.join(', ')} (mDNS, at most ${options.timeout} s)`);
  const expect = options.expect === undefined ? {} : { expect: options.expect };
  const found = await discover({ interfaces, timeoutMs: options.timeout * 1000, signal, ...expect });
  signal.throwIfAborted();
  for (const device of found) say(`  ${device.host} at ${device.address}:${device.port} (${device.how})`);
  if (found.length > 0) return found;
  throw new CollabError('nothing-found', {
    what: `No device answered on ${interfaces.join(', ')}.`,
    why: 'Devices answer when they run an mDNS responder that offers ssh (avahi-daemon with _ssh._tcp), on the same network; many routers and access points do not pass multicast on.',
    next: 'Name the devices instead: collab setup --device user@address',
    exitCode: ExitCode.deviceUnreachable,
  });
}

async function askInterfaces(options: SetupOptions): Promise<string[]> {
  const all = listInterfaces().filter(({ name }) => name !== 'lo');
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

function askUser(address: string, options: SetupOptions): Promise<string> {
  const own = userInfo().username;
  return options.yes === true || !canAsk() ? Promise.resolve(own) : askText(`Login on ${address}:`, own);
}
