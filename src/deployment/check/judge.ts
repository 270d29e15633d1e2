import type { CollabError } from '../../errors.js';
import type { ClockOffset } from '../../logs/index.js';
import { type Device, type DeviceFacts, hostOnlySensors, type Occupant } from '../../network/index.js';
import { clockLimitMs, leastDiskBytes, leastHomeBytes, planRemedies, type Remedy } from '../fix/index.js';
import {
  clockOff,
  fullDisk,
  fullHome,
  inUse,
  noPython,
  notByNtp,
  oldEngine,
  printsAtLogin,
} from './findings.js';
import { hindranceOf, type Hindrance } from './hindrance.js';
import type { FilesSeen } from './try-files.js';

/** The input of a verdict: why a device could not be reached, or what it answered. */
export type Seen =
  | { device: Device; error: CollabError }
  | {
      device: Device;
      engine: { version: string } | { error: CollabError };
      facts: DeviceFacts | { error: CollabError };
      files: FilesSeen;
      /** Null when the device did not report its time. */
      clock: ClockOffset | null;
      /** Who uses it; null when nobody does. */
      holder: Occupant | null | { error: CollabError };
      /** The controller's time, for messages. */
      now: Date;
    };

export interface DeviceCheck {
  device: string;
  /** Where it was reached; differs from the saved address when the device was found again. */
  address: string;
  port: number;
  user: string;
  ready: boolean;
  /** Why it is not ready; empty when it is. */
  hindrances: Hindrance[];
  /** Findings that do not prevent a run on a LAN. */
  notes: Hindrance[];
  /** Version of its engine; null when it has none to use. */
  engine: string | null;
  diskFreeBytes: number | null;
  python: string | null;
  clock: ClockOffset | null;
  /** Who uses it; null when nobody does. */
  holder: Occupant | null;
  /** How to fix what it lacks. */
  remedies: Remedy[];
}

/** Whatever the reason: a session for files that the server refuses is one of the step `files`. */
function fileHindrance(error: CollabError): Hindrance {
  const found = hindranceOf(error);
  return found.step === 'login' ? { ...found, step: 'files' } : found;
}

/** Decides whether a device is ready. */
export function judge(seen: Seen): DeviceCheck {
  const { device } = seen;
  const { name, address, port, user } = device;
  const about = { device: name, address, port, user };
  const unknown = {
    engine: null,
    diskFreeBytes: null,
    python: null,
    clock: null,
    holder: null,
    remedies: [],
  };
  if ('error' in seen) {
    return { ...about, ready: false, hindrances: [hindranceOf(seen.error)], notes: [], ...unknown };
  }
  const hindrances: Hindrance[] = [];
  const notes: Hindrance[] = [];
  const { engine, facts, clock, holder, files, now } = seen;
  if (files.error) hindrances.push(fileHindrance(files.error));
  else if (files.printed !== '') notes.push(printsAtLogin(name, files.printed));
  const old = 'error' in engine ? null : oldEngine(name, engine.version);
  if ('error' in engine) hindrances.push(hindranceOf(engine.error));
  else if (old) notes.push(old);
  if ('error' in facts) hindrances.push(hindranceOf(facts.error));
  const known = 'error' in facts ? null : facts;
  const lacksDisk = known !== null && known.diskFreeBytes < leastDiskBytes;
  if (lacksDisk) hindrances.push(fullDisk(name, known.diskFreeBytes));
  const { homeFreeBytes } = files;
  if (!lacksDisk && homeFreeBytes !== null && homeFreeBytes < leastHomeBytes) {
    hindrances.push(fullHome(name, homeFreeBytes));
  }
  const sensors = known?.python === null ? hostOnlySensors(known) : [];
  if (sensors.length > 0) notes.push(noPython(name, sensors));
  const off = clockOff(name, clock, known);
  if (off) (Math.abs(clock?.offset_ms ?? 0) > clockLimitMs ? hindrances : notes).push(off);
  const engineAnswers = !('error' in engine);
  if (known?.ntp === 'not-synchronized' && !off) notes.push(notByNtp(name));
  if (holder && 'error' in holder) hindrances.push(hindranceOf(holder.error));
  const occupant = holder && !('error' in holder) ? holder : null;
  if (occupant) notes.push(inUse(name, occupant, now));
  return {
    ...about,
    ready: hindrances.length === 0,
    hindrances,
    notes,
    engine: 'error' in engine ? null : engine.version,
    diskFreeBytes: known?.diskFreeBytes ?? null,
    python: known?.python ?? null,
    clock,
    holder: occupant,
    remedies: known
      ? planRemedies({ facts: known, engineAnswers, clockOffsetMs: clock?.offset_ms ?? null })
      : [],
  };
}
