import type { CollabError } from '../../errors.js';
import { type Controller, type Device, isSamePlace, LAN, sameHostKey, uniqueName } from '../lan/index.js';
import type { Enrolled } from './enroll-all.js';
import type { EnrollTarget } from './enroll.js';

export interface SetupFailure {
  target: EnrollTarget;
  error: CollabError;
}

/** A LAN with devices that were let in: those of them that have their place in it now, and those that have not. */
export interface Assembled {
  lan: LAN;
  joined: Device[];
  failures: SetupFailure[];
}

/**
 * Puts devices that were let in into a LAN beside those that it has. One that is known keeps its name and tags,
 * a new one gets a free name; one that now stands at the address of another takes its place.
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
    const error = 'error' in answer ? answer.error : claimsTwice(answer.device, joined);
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
