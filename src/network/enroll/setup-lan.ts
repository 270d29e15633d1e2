import type { Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import { assembleLan, type Assembled, type SetupFailure } from './assemble-lan.js';
import { checkLanName, type Controller, type Device, type LAN, LanStore } from '../lan/index.js';
import { enrollAll, type Enrolled, type EnrollPrompts } from './enroll-all.js';
import type { EnrollEvent, EnrollTarget } from './enroll.js';
import { keyPlace, KnownHosts, stationsOf } from '../ssh/index.js';

export interface SaveOptions {
  /** Name of the LAN; one that is saved already keeps its devices. */
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
 * Connects to all targets (see `enrollAll` for host keys and logins), reads their facts and saves the LAN as the
 * current one. A device that fails is reported beside; the others are saved. Where none joined, nothing is saved.
 * @throws CollabError `not-trusted`
 */
export async function setupLan(options: SetupOptions): Promise<{ lan: LAN; failures: SetupFailure[] }> {
  const { name, workspace, targets, signal } = options;
  await savedDevices(workspace, name);
  const answers = await enrollDevices(targets, options);
  signal?.throwIfAborted();
  return saveLan(answers, options);
}

/** Logs in to devices by the known hosts of a LAN and reads their facts; the LAN itself is not changed. */
export function enrollDevices(
  targets: readonly EnrollTarget[],
  options: SaveOptions & EnrollPrompts & { signal?: AbortSignal },
): Promise<Enrolled[]> {
  checkLanName(options.name);
  const knownHosts = new KnownHosts(options.workspace.knownHostsOf(options.name));
  return enrollAll(targets, { ...options, knownHosts });
}

/** Devices of a saved LAN; none when there is no LAN of that name. @throws CollabError `lan-broken` */
export async function savedDevices(workspace: Workspace, name: string): Promise<readonly Device[]> {
  checkLanName(name);
  const store = new LanStore(workspace);
  return (await store.list()).includes(name) ? (await store.load(name)).devices : [];
}

/**
 * Saves devices that were let in, beside those that the LAN of that name has, and makes it the current one.
 * @param trustedAs the LAN under whose name they were let in; their host keys are written down for the new one too
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
  if (trustedAs !== name) await carryHostKeys(joined, workspace, trustedAs, name);
  await new LanStore(workspace).save(lan);
  for (const { address, name: device } of joined) emit({ kind: 'network.enrolled', address, device });
  return assembled;
}

/** Known hosts are kept per LAN: what was trusted for one is trusted for the other, of these devices only. */
async function carryHostKeys(
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
