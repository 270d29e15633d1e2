import { CollabError, ExitCode } from '../errors.js';
import type { Emit } from '../events.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Device } from './device.js';
import { enroll, type EnrollEvent, type EnrollTarget } from './enroll.js';
import { LanStore } from './lan-store.js';
import { uniqueName, type LAN } from './lan.js';
import { showHostKey } from './ssh/client.js';
import { keysOnly, KnownHosts, type HostKeys } from './ssh/known-hosts.js';

export interface AddDeviceOptions {
  lan: LAN;
  target: EnrollTarget;
  tags: readonly string[];
  workspace: Workspace;
  /** Asked for a place that the known hosts do not speak of; false ends it before any login is tried. */
  mayTrust: (place: string, fingerprint: string) => Promise<boolean>;
  emit: Emit<EnrollEvent>;
  signal?: AbortSignal;
}

/**
 * Logs in to a device, reads its facts and saves it in the LAN; its host key is recorded once the login has succeeded.
 * @throws CollabError `not-trusted`, `device-not-unique` (naming both fingerprints), and as `enroll` does
 */
export async function addDevice(options: AddDeviceOptions): Promise<Device> {
  const { lan, target, tags, workspace, mayTrust, emit, signal } = options;
  const { host, port } = target;
  await workspace.openPrivate();
  const file = new KnownHosts(workspace.knownHosts);
  const known = await file.find(host, port);
  let knownHosts: HostKeys = file;
  if (known.length === 0) {
    const key = await showHostKey({ host, port }, [], { signal });
    if (!(await mayTrust(host, `${key.type} ${key.fingerprint}`))) throw notTrusted(host);
    // Known for this login only; it is written down once the login has succeeded.
    const { path, find } = keysOnly([key], file);
    knownHosts = { path, find, append: (...line) => file.append(...line) };
  }
  const found = await enroll({
    ...{ ...target, knownHosts, emit, trust: 'known-only' },
    ...(signal && { signal }),
  });
  const twin = lan.devices.find(({ id }) => id === found.id);
  if (twin) throw alreadyThere(lan, found, twin);
  const taken = [lan.controller, ...lan.devices].map(({ name }) => name);
  const name = target.name ?? uniqueName(found.name, taken);
  const device = found.with({ name, tags: [...new Set(tags)] });
  await new LanStore(workspace).change(lan.name, (saved) => saved.withDevice(device));
  emit({ kind: 'network.enrolled', address: device.address, device: device.name });
  return device;
}

function alreadyThere(lan: LAN, found: Device, twin: Device): CollabError {
  return new CollabError('device-not-unique', {
    what: `The device at ${found.address} is in LAN ${lan.name} already, as ${twin.name}.`,
    why: `${found.address} shows the host key ${found.id}\n${twin.name} at ${twin.address} has the host key ${twin.id}`,
    next: `Change it with: collab device edit ${twin.name}. If they are two devices copied from one disk image, give one new keys: sudo rm /etc/ssh/ssh_host_*; sudo ssh-keygen -A; sudo systemctl restart ssh`,
    exitCode: ExitCode.usage,
  });
}

function notTrusted(host: string): CollabError {
  return new CollabError('not-trusted', {
    what: `Nothing was saved: the host key of ${host} was not trusted, and no login was tried.`,
    next: 'Compare its fingerprint (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on the device), then add it again.',
    exitCode: ExitCode.usage,
  });
}
