import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import { assembleLan, type Assembled, type SetupFailure } from './assemble-lan.js';
import { checkLanName, type Controller, type Device, type LAN, LanStore } from '../lan/index.js';
import type { Enrolled } from './by-password.js';
import { enrollAll, type EnrollPrompts } from './enroll-all.js';
import type { EnrollEvent, EnrollTarget } from './enroll.js';
import { keyPlace, KnownHosts, stationsOf } from '../ssh/index.js';

export interface SaveOptions {
  /** Name of the LAN. An existing LAN keeps its devices. */
  name: string;
  workspace: Workspace;
  controller: Controller;
  emit: Emit<EnrollEvent>;
}

export interface SetupOptions extends SaveOptions, EnrollPrompts {
  targets: readonly EnrollTarget[];
  signal?: AbortSignal;
}

/**
 * Connects to all targets (see `enrollAll` for host keys and logins), reads their facts, saves the LAN and makes it current.
 * Failed devices are reported together with the others, which are saved. If no device joins, nothing is saved.
 * @throws CollabError `not-trusted`
 */
export async function setupLan(options: SetupOptions): Promise<{ lan: LAN; failures: SetupFailure[] }> {
  const { name, workspace, targets, signal } = options;
  await savedDevices(workspace, name);
  const answers = await enrollDevices(targets, options);
  signal?.throwIfAborted();
  return saveLan(answers, options);
}

/** Logs in to devices with the known hosts of a LAN and reads their facts. The LAN is not changed. */
export function enrollDevices(
  targets: readonly EnrollTarget[],
  options: SaveOptions & EnrollPrompts & { signal?: AbortSignal },
): Promise<Enrolled[]> {
  checkLanName(options.name);
  const knownHosts = new KnownHosts(options.workspace.knownHostsOf(options.name));
  return enrollAll(targets, { ...options, knownHosts });
}

/** The devices of a saved LAN; none if it does not exist. @throws CollabError `lan-broken` */
export async function savedDevices(workspace: Workspace, name: string): Promise<readonly Device[]> {
  checkLanName(name);
  const store = new LanStore(workspace);
  return (await store.list()).includes(name) ? (await store.load(name)).devices : [];
}

/**
 * Adds enrolled devices to a LAN, saves it and makes it current.
 * @param trustedAs the LAN with whose known hosts they were enrolled; their host keys are copied to this LAN
 */
export async function saveLan(
  answers: readonly Enrolled[],
  { name, workspace, controller, emit, trustedAs = name }: SaveOptions & { trustedAs?: string },
): Promise<Assembled> {
  const assembled = assembleLan(name, controller, await savedDevices(workspace, name), answers);
  const { lan, joined, failures } = assembled;
  for (const { target, error } of failures)
    emit({ kind: 'network.failed', address: target.host, error: error.name, what: error.what });
  if (joined.length === 0) return assembled;
  if (trustedAs !== name) await copyHostKeys(joined, workspace, trustedAs, name);
  await new LanStore(workspace).save(lan);
  for (const { address, name: device } of joined) emit({ kind: 'network.enrolled', address, device });
  return assembled;
}

/** Copies the trusted host keys of these devices to another LAN, because known hosts are stored per LAN. */
async function copyHostKeys(
  devices: readonly Device[],
  workspace: Workspace,
  from: string,
  to: string,
): Promise<void> {
  const before = new KnownHosts(workspace.knownHostsOf(from));
  const after = new KnownHosts(workspace.knownHostsOf(to));
  for (const station of devices.flatMap(({ login }) => stationsOf(login))) {
    const { host, port } = keyPlace(station);
    for (const { key, revoked } of await before.find(host, port))
      if (!revoked) await after.append(host, port, key);
  }
}
