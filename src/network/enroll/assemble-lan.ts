import type { CollabError } from '../../errors.js';
import { type Controller, type Device, isSamePlace, LAN, sameHostKey, uniqueName } from '../lan/index.js';
import type { Enrolled } from './by-password.js';
import type { EnrollTarget } from './enroll.js';

export interface SetupFailure {
  target: EnrollTarget;
  error: CollabError;
}

/** A LAN with enrolled devices: those that joined it, and those that could not. */
export interface Assembled {
  lan: LAN;
  joined: Device[];
  failures: SetupFailure[];
}

/**
 * Adds enrolled devices to the devices of a LAN. A known device keeps its name and tags, and a new one gets an unused name. A
 * device at the address of another replaces it.
 */
export function assembleLan(
  name: string,
  controller: Controller,
  before: readonly Device[],
  answers: readonly Enrolled[],
): Assembled {
  const kept = before.filter((device) => !answers.some((answer) => replaces(answer, device)));
  let lan = new LAN(name, controller, kept);
  const failures: SetupFailure[] = [];
  const joined: Device[] = [];
  for (const answer of answers) {
    const error = 'error' in answer ? answer.error : findTwin(answer.device, joined);
    if (error) failures.push({ target: answer.target, error });
    else if ('device' in answer) {
      const device = named(answer.device, answer.target, lan);
      joined.push(device);
      lan = lan.withDevice(device);
    }
  }
  return { lan, joined, failures };
}

/**
 * Whether a device replaces a saved one at its address: its host key is new, and the old key was removed from known_hosts
 * before (otherwise the login would have failed).
 */
function replaces(answer: Enrolled, saved: Device): boolean {
  return 'device' in answer && answer.device.id !== saved.id && isSamePlace(answer.device, saved);
}

function findTwin(device: Device, joined: readonly Device[]): CollabError | null {
  const twin = joined.find(({ id }) => id === device.id);
  return twin ? sameHostKey(device, twin) : null;
}

function named(device: Device, target: EnrollTarget, lan: LAN): Device {
  const known = lan.devices.find((other) => other.id === device.id);
  const taken = [lan.controller, ...lan.devices].filter((other) => other !== known);
  return device.with({
    name: uniqueName(
      target.name ?? known?.name ?? device.name,
      taken.map(({ name }) => name),
    ),
    tags: [...new Set([...(known?.tags ?? []), ...(target.tags ?? [])])],
  });
}
