import type { CollabError } from '../errors.js';
import type { Emit } from '../events.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Controller } from './controller.js';
import type { Device } from './device.js';
import { enrollAll, type Enrolled, type Entrance } from './enroll-all.js';
import type { EnrollEvent, EnrollTarget } from './enroll.js';
import { LanStore } from './lan-store.js';
import { isSamePlace, LAN, sameHostKey, uniqueName } from './lan.js';
import { KnownHosts } from './ssh/known-hosts.js';

export interface SetupFailure {
  target: EnrollTarget;
  error: CollabError;
}

export interface SetupOptions extends Entrance {
  /** Name of the LAN; one that is saved already keeps its devices. */
  name: string;
  workspace: Workspace;
  targets: readonly EnrollTarget[];
  controller: Controller;
  emit: Emit<EnrollEvent>;
  signal?: AbortSignal;
}

/**
 * Connects to all targets (see `enrollAll` for host keys and logins), reads their facts and saves the LAN as the
 * current one. A device that fails is reported beside; the others are saved. Where none joined, nothing is saved.
 * @throws CollabError `not-trusted`
 */
export async function setupLan(options: SetupOptions): Promise<{ lan: LAN; failures: SetupFailure[] }> {
  const { name, workspace, targets, controller, signal, emit } = options;
  const store = new LanStore(workspace);
  const before = (await store.list()).includes(name) ? (await store.load(name)).devices : [];
  const knownHosts = new KnownHosts(workspace.knownHostsOf(name));
  const answers = await enrollAll(targets, { ...options, knownHosts });
  signal?.throwIfAborted();
  const kept = before.filter((device) => !answers.some((answer) => replaces(answer, device)));
  let lan = new LAN(name, controller, kept);
  const failures: SetupFailure[] = [];
  const joined: Device[] = [];
  for (const answer of answers) {
    const error = 'error' in answer ? answer.error : claimsTwice(answer.device, joined);
    if (error) {
      failures.push({ target: answer.target, error });
      emit({ kind: 'network.failed', address: answer.target.host, error: error.name, what: error.what });
    } else if ('device' in answer) {
      const device = named(answer.device, answer.target, lan);
      joined.push(device);
      lan = lan.withDevice(device);
      emit({ kind: 'network.enrolled', address: device.address, device: device.name });
    }
  }
  if (joined.length > 0) await store.save(lan);
  return { lan, failures };
}

/**
 * Whether a device now stands at the address of another: its host key is new, and the old one's was taken out of the
 * known hosts before (else the login would have been refused).
 */
function replaces(answer: Enrolled, saved: Device): boolean {
  return 'device' in answer && answer.device.id !== saved.id && isSamePlace(answer.device, saved);
}

function claimsTwice(device: Device, joined: readonly Device[]): CollabError | null {
  const twin = joined.find(({ id }) => id === device.id);
  return twin ? sameHostKey(device, twin) : null;
}

/** Gives a device its place in the LAN: one that is known keeps its name and tags, a new one gets a free name. */
function named(device: Device, target: EnrollTarget, lan: LAN): Device {
  const known = lan.devices.find((other) => other.id === device.id);
  const others = [lan.controller, ...lan.devices].filter((other) => other !== known);
  const name = target.name ?? known?.name ?? device.name;
  return device.with({
    name: uniqueName(
      name,
      others.map((other) => other.name),
    ),
    tags: known?.tags ?? [],
  });
}
