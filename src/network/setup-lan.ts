import { CollabError, ExitCode, messageOf } from '../errors.js';
import type { Emit } from '../events.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Controller } from './controller.js';
import type { Device } from './device.js';
import { enroll, type EnrollEvent, type EnrollTarget } from './enroll.js';
import { LanStore } from './lan-store.js';
import { LAN, sameHostKey, uniqueName } from './lan.js';
import { KnownHosts } from './ssh/known-hosts.js';
import { Slots } from './ssh/slots.js';

export interface SetupFailure {
  target: EnrollTarget;
  error: CollabError;
}

export interface SetupOptions {
  /** Name of the LAN; one that is saved already keeps its devices. */
  name: string;
  workspace: Workspace;
  targets: readonly EnrollTarget[];
  controller: Controller;
  emit: Emit<EnrollEvent>;
  signal?: AbortSignal;
}

const devicesAtOnce = 8;

/**
 * Connects to all targets (a new host key is trusted and recorded), reads their facts and saves the LAN as the
 * current one. A device that fails is reported beside; the others are saved. Where none joined, nothing is saved.
 */
export async function setupLan(options: SetupOptions): Promise<{ lan: LAN; failures: SetupFailure[] }> {
  const { name, workspace, targets, controller, signal, emit } = options;
  const store = new LanStore(workspace);
  await workspace.openPrivate();
  const before = (await store.list()).includes(name) ? (await store.load(name)).devices : [];
  const knownHosts = new KnownHosts(workspace.knownHosts);
  const slots = new Slots(devicesAtOnce);
  const answers = await Promise.all(
    targets.map(async (target) => {
      const release = await slots.take(signal);
      try {
        return { target, device: await enroll({ ...target, knownHosts, emit, ...(signal && { signal }) }) };
      } catch (error) {
        return { target, error: failureOf(error) };
      } finally {
        release();
      }
    }),
  );
  signal?.throwIfAborted();
  const kept = before.filter((device) => !answers.some((answer) => replaces(answer.device, device)));
  let lan = new LAN(name, controller, kept);
  const failures: SetupFailure[] = [];
  const joined: Device[] = [];
  for (const answer of answers) {
    const twin = joined.find((device) => device.id === answer.device?.id);
    const error = answer.device && twin ? sameHostKey(answer.device, twin) : answer.error;
    if (error) {
      failures.push({ target: answer.target, error });
      emit({ kind: 'network.failed', address: answer.target.host, error: error.name, what: error.what });
    } else if (answer.device) {
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
function replaces(device: Device | undefined, saved: Device): boolean {
  return device?.id !== saved.id && device?.address === saved.address && device.port === saved.port;
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

function failureOf(error: unknown): CollabError {
  if (error instanceof CollabError) return error;
  return new CollabError('device-failed', {
    what: 'The device could not be set up.',
    why: messageOf(error),
    next: 'Try again; --debug shows more.',
    exitCode: ExitCode.internal,
    cause: error,
  });
}
