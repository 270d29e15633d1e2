import type { TrialLoad } from '../../logs/index.js';
import type { InstanceEvidence } from './evidence.js';

/** Nearly three standard deviations of the difference of two readings of /proc/stat, whose columns are cut to 10 ms. */
export const readingErrorS = 0.02;

/** What other programs than the roles used of a machine during one trial. */
export interface OtherLoad {
  readonly trial: number;
  readonly seconds: number;
  /** CPU seconds; may be slightly below 0. */
  readonly otherS: number;
  /** How far off `otherS` can be. */
  readonly errorS: number;
  /** It could not be told apart from what collab itself used there, such as for starting a container. */
  readonly withOwn: boolean;
  /** A role has no cgroup, so this may be that of child processes that it did not wait for. */
  readonly withChildren: boolean;
}

interface Window {
  readonly fromS: number;
  readonly untilS: number;
}

/** Over one command, in CPU seconds. */
interface Reading {
  readonly seconds: number;
  readonly deviceS: number;
  readonly roleS: number;
  readonly wrapperS: number;
}

/** A role instance with a reading of its device over its command. */
interface Member extends Window {
  readonly evidence: InstanceEvidence;
  readonly load: Reading;
  /** Whether the role may have used more. */
  readonly atLeast: boolean;
  /** The counters of the machine at its end. */
  readonly ended: { readonly atS: number; readonly quietS: number } | null;
}

/** The member of an instance; null if there is no reading. */
export function memberOf(evidence: InstanceEvidence): Member | null {
  const { exit } = evidence.instance;
  const read = exit?.device_load;
  const { seconds, device_cpu_s: deviceS, role_cpu_s: roleS, wrapper_cpu_s: wrapperS } = read ?? {};
  if (exit === null || seconds === undefined || seconds <= 0) return null;
  if (deviceS === undefined || roleS === undefined || wrapperS === undefined) return null;
  const { ended_monotonic_s: atS, ended_quiet_s: quietS } = read ?? {};
  return {
    evidence,
    load: { seconds, deviceS, roleS, wrapperS },
    atLeast: read?.role_cpu_at_least === true,
    ended: atS === undefined || quietS === undefined ? null : { atS, quietS },
    fromS: exit.started_monotonic_s,
    untilS: exit.ended_monotonic_s,
  };
}

/**
 * The load of one machine in one trial that none of the trial's roles explains, once per role instance.
 *
 * While all roles run, the controller reads the whole machine and collab's own programs at the same moments: this is used
 * for instances of which it covers at least half. What those readings do not cover is bounded by the wrapper's readings:
 * they span the command exactly, but contain what collab used meanwhile, of which at most all is its own.
 * @param members all role instances of the trial on the machine
 * @param loads what the controller read of the machine's devices and, if it is part of it, of itself
 */
export function otherLoads(
  trial: number,
  members: readonly Member[],
  loads: readonly TrialLoad[],
  samplingS: number,
): OtherLoad[] {
  const measured = measuredLoad(trial, members, loads, samplingS);
  return members.map((one) => {
    const seconds = one.load.seconds;
    const window = { fromS: one.fromS, untilS: one.fromS + seconds };
    const used = usedByRoles(members, window, samplingS);
    const base = {
      trial,
      seconds,
      otherS: one.load.deviceS - used.seconds,
      errorS: readingErrorS + used.errorS,
      withOwn: true,
      withChildren: anyAtLeast(members),
    };
    if (measured === null || overlapS(measured.window, window) < seconds / 2) return base;
    const { load } = measured;
    if (measured.aroundS === null || window.untilS > measured.window.untilS + readingErrorS) return load;
    const least = { ...base, otherS: base.otherS - measured.aroundS, withOwn: false };
    return share(least) > share(load) ? least : load;
  });
}

const anyAtLeast = (members: readonly Member[]) => members.some(({ atLeast }) => atLeast);

/** CPU of one core, as a share. */
export const share = ({ otherS, seconds }: Pick<OtherLoad, 'otherS' | 'seconds'>): number => otherS / seconds;

/**
 * From when all roles had started until the last of them ended. That end is taken from its wrapper, because the controller
 * learns of it later, when the engine is busy removing the container.
 */
function measuredLoad(
  trial: number,
  members: readonly Member[],
  loads: readonly TrialLoad[],
  samplingS: number,
): { load: OtherLoad; window: Window; aroundS: number | null } | null {
  const whole = loads.find(({ device, busy_s: busyS }) => device !== null && busyS !== null);
  if (whole?.busy_s == null || whole.seconds <= 0) return null;
  const fromS = monotonicOf(whole, members);
  const { untilS, busyS } = lastEnd(whole, whole.busy_s, fromS, members);
  const window = { fromS, untilS };
  const seconds = untilS - fromS;
  const used = usedByRoles(members, window, samplingS);
  const own = loads.map(({ session_s: sessionS, engine_s: engineS }) => (sessionS ?? 0) + engineS);
  const ownS = (sumOf(own) * seconds) / whole.seconds;
  const arounds = loads.map(({ around_s: aroundS }) => aroundS);
  return {
    window,
    load: {
      trial,
      seconds,
      otherS: busyS - used.seconds - ownS,
      errorS: readingErrorS + (whole.error_s ?? 0) + used.errorS,
      withOwn: loads.some(({ session_s: sessionS }) => sessionS === null),
      withChildren: anyAtLeast(members),
    },
    aroundS: arounds.some((one) => one === null) ? null : sumOf(arounds.map(Number)),
  };
}

function lastEnd(
  whole: TrialLoad,
  busyS: number,
  fromS: number,
  members: readonly Member[],
): { untilS: number; busyS: number } {
  const readUntilS = fromS + whole.seconds;
  let last = { untilS: readUntilS, busyS };
  let latestS = fromS;
  for (const { ended } of members) {
    if (ended === null || ended.atS <= latestS || ended.atS > readUntilS + readingErrorS) continue;
    latestS = ended.atS;
    const quietS = ended.quietS - whole.from_quiet_s;
    last = { untilS: latestS, busyS: Math.max(0, (latestS - fromS) * whole.cores - quietS) };
  }
  return last;
}

const sumOf = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0);

/** The start of a reading on the machine's monotonic clock, by the states of a role there, which have both clocks. */
function monotonicOf(
  { from_realtime_s: realtimeS, from_uptime_s: uptimeS }: TrialLoad,
  members: readonly Member[],
): number {
  const state = members.flatMap(({ evidence }) => evidence.instance.states).at(-1);
  if (realtimeS === null || state === undefined) return uptimeS;
  return realtimeS - (state.realtime_s - state.monotonic_s);
}

/** CPU seconds that the roles and their wrappers used in a window, and how far off that can be. */
function usedByRoles(
  members: readonly Member[],
  window: Window,
  samplingS: number,
): { seconds: number; errorS: number } {
  let [sumS, errorS] = [0, 0];
  for (const { evidence, load, fromS, untilS } of members) {
    const within = overlapS(window, { fromS, untilS }) / Math.max(untilS - fromS, 1e-6);
    if (within <= 0) continue;
    sumS += load.wrapperS * within;
    const { usedCpu } = evidence.samples;
    const beforeS = window.fromS <= fromS ? 0 : usedCpu.between(fromS, window.fromS);
    const inS = window.untilS >= untilS ? load.roleS : usedCpu.between(fromS, window.untilS);
    if (beforeS === null || inS === null) {
      sumS += load.roleS * within;
      errorS += load.roleS * Math.min(within, 1 - within);
      continue;
    }
    sumS += Math.max(0, inS - beforeS);
    // A jump of the load between two samples is seen as a slope.
    const edges = Number(window.fromS > fromS) + Number(window.untilS < untilS);
    errorS += (edges * samplingS * load.roleS) / Math.max(load.seconds, samplingS) / 4;
  }
  return { seconds: sumS, errorS };
}

function overlapS(one: Window, other: Window): number {
  return Math.max(0, Math.min(one.untilS, other.untilS) - Math.max(one.fromS, other.fromS));
}
