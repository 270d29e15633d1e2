import type { CollabError } from '../../errors.js';
import type { ClockOffset } from '../../logs/run-record.js';
import type { Device } from '../../network/device.js';
import type { DeviceFacts } from '../../network/facts/device-facts.js';
import { hindranceOf, type Hindrance } from './hindrance.js';

/** What a check saw of a device: why it could not be asked, or what it answered. */
export type Seen =
  | { device: Device; error: CollabError }
  | {
      device: Device;
      engine: { version: string } | { error: CollabError };
      facts: DeviceFacts | { error: CollabError };
      /** Null when the device could not tell its time. */
      clock: ClockOffset | null;
    };

export interface DeviceCheck {
  device: string;
  /** Where it was asked; another address than before when it was found again. */
  address: string;
  port: number;
  user: string;
  ready: boolean;
  /** Why it is not ready; empty when it is. */
  hindrances: Hindrance[];
  /** What does not keep it from a run on a LAN, and is good to know. */
  notes: Hindrance[];
  /** Version of its engine; null when it has none to use. */
  engine: string | null;
  diskFreeBytes: number | null;
  python: string | null;
  clock: ClockOffset | null;
}

/** A base image takes 0.2 GB unpacked, and up to three times that while it is loaded. */
const leastDiskBytes = 1e9;
const clockNoteMs = 1000;
/** Beyond this, certificates and package lists are refused as expired or not valid yet. */
const clockLimitMs = 24 * 3600 * 1000;

/** Decides whether a device is ready. Pure. */
export function judge(seen: Seen): DeviceCheck {
  const { device } = seen;
  const { name, address, port, user } = device;
  const about = { device: name, address, port, user };
  const unknown = { engine: null, diskFreeBytes: null, python: null, clock: null };
  if ('error' in seen) {
    return { ...about, ready: false, hindrances: [hindranceOf(seen.error)], notes: [], ...unknown };
  }
  const hindrances: Hindrance[] = [];
  const notes: Hindrance[] = [];
  const { engine, facts, clock } = seen;
  if ('error' in engine) hindrances.push(hindranceOf(engine.error));
  if ('error' in facts) hindrances.push(hindranceOf(facts.error));
  const told = 'error' in facts ? null : facts;
  if (told && told.diskFreeBytes < leastDiskBytes) hindrances.push(fullDisk(name, told.diskFreeBytes));
  if (told?.python === null) notes.push(noPython(name));
  const off = clockOff(name, clock);
  if (off) (Math.abs(clock?.offset_ms ?? 0) > clockLimitMs ? hindrances : notes).push(off);
  return {
    ...about,
    ready: hindrances.length === 0,
    hindrances,
    notes,
    engine: 'error' in engine ? null : engine.version,
    diskFreeBytes: told?.diskFreeBytes ?? null,
    python: told?.python ?? null,
    clock,
  };
}

function fullDisk(name: string, freeBytes: number): Hindrance {
  return {
    step: 'disk',
    what: `${name} has ${(freeBytes / 1e9).toFixed(2)} GB of disk left for images; at least 1 GB is needed.`,
    why: null,
    next: `Free space on ${name}: docker image prune -a; docker builder prune`,
  };
}

function noPython(name: string): Hindrance {
  return {
    step: 'python',
    what: `${name} has no python3.`,
    why: 'In a container it is part of the image.',
    next: `Only runs without an engine need it; for those, on ${name}: sudo apt-get install python3`,
  };
}

function clockOff(name: string, clock: ClockOffset | null): Hindrance | null {
  if (clock === null) {
    return {
      step: 'clock',
      what: `${name} could not tell its time.`,
      why: 'The command date +%s.%N printed no time. Times of this device cannot be held against the others.',
      next: `Look at what it prints: ssh ${name} date +%s.%N`,
    };
  }
  const seconds = clock.offset_ms / 1000;
  if (Math.abs(clock.offset_ms) <= clockNoteMs) return null;
  return {
    step: 'clock',
    what: `The clock of ${name} is ${Math.abs(seconds).toFixed(1)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine's.`,
    why: 'Times are corrected by this offset; a clock that is days off has certificates and package lists refused.',
    next: `On ${name}: sudo timedatectl set-ntp true`,
  };
}
