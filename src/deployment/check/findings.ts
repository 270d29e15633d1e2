import { firstWords } from '../../errors.js';
import type { ClockOffset } from '../../logs/index.js';
import { deviceBusy, type DeviceFacts, type Occupant, timeText } from '../../network/index.js';
import { clockNoteMs } from '../fix/index.js';
import { hindranceOf, type Hindrance } from './hindrance.js';

/** Someone uses the device, possibly this user. */
export function inUse(name: string, holder: Occupant, now: Date): Hindrance {
  if (!holder.own) return hindranceOf(deviceBusy(name, holder, now));
  return {
    step: 'lease',
    what: `${name} is locked by you since ${timeText(now, -holder.heldS)}.`,
    why: `Your own runs may use it, until ${timeText(now, holder.leftS)}.`,
    next: `To let others use it: collab device unlock ${name}`,
  };
}

/** The clock is correct at the moment, but nothing synchronizes it. */
export function notByNtp(name: string): Hindrance {
  return {
    step: 'clock',
    what: `The clock of ${name} is not synchronized by NTP.`,
    why: null,
    next: `On ${name}: sudo timedatectl set-ntp true`,
  };
}

/** Seconds in the largest unit of which there are at least two. */
function spanText(seconds: number): string {
  const units: [string, number][] = [
    ['years', 365.25 * 86_400],
    ['days', 86_400],
    ['hours', 3600],
    ['minutes', 60],
  ];
  const [name, size] = units.find(([, one]) => seconds >= 2 * one) ?? ['s', 1];
  return `${(seconds / size).toFixed(1)} ${name}`;
}

/** Too little disk for an image. */
export function fullDisk(name: string, freeBytes: number): Hindrance {
  return {
    step: 'disk',
    what: `${name} has ${(freeBytes / 1e9).toFixed(2)} GB of disk left for images; at least 1 GB is needed.`,
    why: null,
    next: `Free space on ${name}: docker image prune -a; docker builder prune`,
  };
}

/** Too little disk for what roles write. */
export function fullHome(name: string, freeBytes: number): Hindrance {
  return {
    step: 'disk',
    what: `${name} has ${(freeBytes / 1e6).toFixed(0)} MB of disk left in the home folder; at least 100 MB are needed.`,
    why: 'A run keeps its logs and results there, in ~/.collab, until they are collected.',
    next: `Free space on ${name}: du -sh ~/.[!.]* ~/* | sort -h`,
  };
}

/** Only a note, because the ssh server starts its file session without the login shell. */
export function printsAtLogin(name: string, printed: string): Hindrance {
  return {
    step: 'files',
    what: `The login shell of ${name} prints text before the output of every command: ${firstWords(printed)}.`,
    why: 'Programs that talk over ssh, such as rsync, take it for their own data.',
    next: `On ${name}, let its startup files (~/.bashrc, ~/.profile) print to a terminal only: put this line before the one that prints: [ -t 1 ] || return`,
  };
}

/** The first release whose rules for system calls let programs of Debian 13 find out that they have no clone3. */
const firstForDebian13 = [20, 10, 10] as const;

/**
 * An engine that may be too old for base images with Debian 13; null when it is not. A note only: some distributions
 * have corrected their older packages without another version number, and images with older programs run.
 * @param version as the engine gives it, e.g. `20.10.24+dfsg1`
 */
export function oldEngine(name: string, version: string): Hindrance | null {
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const at = firstForDebian13.findIndex((part, index) => part !== parts[index]);
  const [least = 0, has = 0] = [firstForDebian13[at], parts[at]];
  if (at < 0 || has > least) return null;
  return {
    step: 'engine',
    what: `${name} has Docker ${version}; base images with Debian 13 need 20.10.10 or newer.`,
    why: 'Older releases answer the system call clone3 with "not permitted" instead of "does not exist". Programs of Debian 13 (C library 2.34 and newer) then cannot start threads, unless the distribution has corrected its package.',
    next: `On ${name}: sudo apt-get update && sudo apt-get install --only-upgrade docker.io (or docker-ce). It restarts the engine and its containers.`,
  };
}

/** A note only: images have their own Python. @param sensors what the device's python3 would read */
export function noPython(name: string, sensors: readonly string[]): Hindrance {
  return {
    step: 'python',
    what: `${name} has no python3, which reads there what a container cannot: ${sensors.join(', ')}.`,
    why: 'Roles run without it: in a container, Python is part of the image.',
    next: `Roles run without it. To measure this as well, on ${name}: sudo apt-get install python3`,
  };
}

/** The clock cannot be read or is off by more than `clockNoteMs`; otherwise null. */
export function clockOff(
  name: string,
  clock: ClockOffset | null,
  facts: DeviceFacts | null,
): Hindrance | null {
  if (clock === null) {
    return {
      step: 'clock',
      what: `${name} did not report its time.`,
      why: 'The command date +%s.%N printed no time. Times of this device cannot be compared with the others.',
      next: `Look at what it prints: ssh ${name} date +%s.%N`,
    };
  }
  if (Math.abs(clock.offset_ms) <= clockNoteMs) return null;
  return {
    step: 'clock',
    what: `The clock of ${name} is ${spanText(Math.abs(clock.offset_ms) / 1000)} ${clock.offset_ms > 0 ? 'ahead of' : 'behind'} this machine's.`,
    why: 'Times are corrected by this offset, but with a clock that is days off, certificates and package lists are rejected.',
    next:
      facts?.ntp === 'synchronized'
        ? `The clock of ${name} is synchronized by NTP: check the clock of this machine (timedatectl).`
        : `On ${name}: sudo timedatectl set-ntp true; without internet there: collab device check ${name} --fix`,
  };
}
