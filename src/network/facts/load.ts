import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { programText } from '../../package-folder.js';
import { LocalShell } from '../shell/index.js';
import type { Shell } from '../shell/index.js';
import { Sections } from './sections.js';

const loadScript = programText('network/facts/load.sh');
/** `man 5 proc`: clock ticks per second of all counters in /proc, which is 100 on every platform of Linux. */
const ticksPerS = 100;
/**
 * The programs of a container engine that run all the time. What starts and removes a container runs before and after the
 * role, and would be counted when it ends, with all that it ever used.
 */
const engine = /^(dockerd|containerd|docker-proxy)$/;
/** /proc/uptime has two decimals. */
const uptimeStepS = 0.01;
/** A trial waits for a reading before its roles start. */
const withinMs = 5000;
const sshServer = /^(sshd.*|dropbear)$/;

/** The counters of a device at one moment, since its boot. */
export interface LoadCounters {
  /** Read by this process about its own machine. */
  ofController: boolean;
  bootId: string | null;
  /** CLOCK_REALTIME of the device; null if its `date` has no fractions of a second. */
  realtimeS: number | null;
  /** How far the moment of `busyS` and `quietS` can be from `realtimeS`. */
  realtimeErrorS: number;
  /** Since boot; from a clock in steps of 10 ms. */
  uptimeS: number;
  /** How far the moment of `busyS` and `quietS` can be from `uptimeS`. */
  uptimeErrorS: number;
  cores: number;
  /** Busy and not busy time of all processors; together about `cores` per second. */
  busyS: number;
  quietS: number;
  /** CPU time of collab's own programs: the ssh session, or this process, each with what it started. */
  sessionS: number | null;
  /** CPU time of the container engine itself, without what it started; 0 without one. */
  engineS: number;
}

/**
 * Reads them; null if that is not possible, or not within 5 s. Never throws, so that no run fails because of it.
 * @param signal ends the reading
 */
export async function readLoad(shell: Shell, signal?: AbortSignal): Promise<LoadCounters | null> {
  if (shell instanceof LocalShell) return readOwnLoad();
  try {
    const { stdout } = await shell.exec(['sh', '-s'], {
      input: loadScript,
      timeoutMs: withinMs,
      ...(signal && { signal }),
    });
    return parseLoad(stdout);
  } catch {
    return null;
  }
}

/** The same of this machine, with this process instead of an ssh session. The engine is left to `other load`. */
export async function readOwnLoad(): Promise<LoadCounters | null> {
  try {
    // Without another task of this process in between.
    const textNow = (path: string) => readFileSync(path, 'utf8');
    const beforeMs = Date.now();
    const uptimeBefore = textNow('/proc/uptime');
    const processors = textNow('/proc/stat');
    const uptimeAfter = textNow('/proc/uptime');
    const afterMs = Date.now();
    const text = (path: string) => readFile(path, 'utf8');
    const [boot, own] = await Promise.all([
      text('/proc/sys/kernel/random/boot_id').catch(() => ''),
      text('/proc/self/stat'),
    ]);
    const realtime = between(beforeMs / 1000, afterMs / 1000, 0.001);
    const uptime = between(uptimeOf(uptimeBefore), uptimeOf(uptimeAfter), uptimeStepS);
    const counted = processorsOf(processors.split('\n'));
    const self = parseProcess(own);
    if (counted === null || self === null || uptime === null) return null;
    return {
      ofController: true,
      bootId: boot.trim() || null,
      realtimeS: realtime?.atS ?? null,
      realtimeErrorS: realtime?.errorS ?? 0,
      uptimeS: uptime.atS,
      uptimeErrorS: uptime.errorS,
      ...counted,
      sessionS: self.cpuS,
      engineS: 0,
    };
  } catch {
    return null;
  }
}

/** Parses the output of `load.sh`; null if it is not complete. */
export function parseLoad(text: string): LoadCounters | null {
  const sections = new Sections(text);
  if (!sections.has('end')) return null;
  const lines = sections.lines('processes');
  const [uptimeBefore = '', processors = '', uptimeAfter = ''] = sections.lines('processors');
  const counted = processorsOf([processors, ...lines]);
  const uptime = between(uptimeOf(uptimeBefore), uptimeOf(uptimeAfter), uptimeStepS);
  if (counted === null || uptime === null) return null;
  const realtime = between(timeOf(sections.get('before')), timeOf(sections.get('after')), 0);
  const processes = new Map(
    lines.flatMap((line) => {
      const one = parseProcess(line);
      return one === null ? [] : [[one.pid, one] as const];
    }),
  );
  const top = sessionTop(sections.lines('above'), processes);
  const session = top === null ? null : descendants(top, processes);
  return {
    ofController: false,
    bootId: sections.get('boot') || null,
    realtimeS: realtime?.atS ?? null,
    realtimeErrorS: realtime?.errorS ?? 0,
    uptimeS: uptime.atS,
    uptimeErrorS: uptime.errorS,
    ...counted,
    sessionS: session === null ? null : sumOf(session, ({ cpuS }) => cpuS),
    engineS: sumOf(
      [...processes.values()].filter(({ name }) => engine.test(name)),
      ({ ownS }) => ownS,
    ),
  };
}

/** Seconds of a clock as `date` prints them; NaN without fractions. */
const timeOf = (text: string): number => (/^\d+\.\d+$/.test(text) ? Number(text) : Number.NaN);
const uptimeOf = (text: string): number => timeOf(text.split(' ')[0] ?? '');

/**
 * A moment between two readings of a clock, and how far off it can be at most.
 * @param stepS of the clock, which cuts its readings to whole steps
 * @returns null if a reading is missing, or the clock was set back in between
 */
function between(beforeS: number, afterS: number, stepS: number): { atS: number; errorS: number } | null {
  if (!(afterS >= beforeS)) return null;
  return { atS: (beforeS + afterS + stepS) / 2, errorS: (afterS - beforeS + stepS) / 2 };
}

/** The first line of /proc/stat, and how many lines of single processors follow. */
function processorsOf(lines: readonly string[]): { cores: number; busyS: number; quietS: number } | null {
  const words = lines[0]?.trim().split(/\s+/) ?? [];
  const ticks = words.slice(1, 9).map(Number);
  const cores = lines.filter((line) => /^cpu\d/.test(line)).length;
  if (words[0] !== 'cpu' || ticks.length < 8 || ticks.some(Number.isNaN) || cores === 0) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  return {
    cores,
    busyS: (user + nice + system + irq + softirq) / ticksPerS,
    quietS: (idle + iowait + steal) / ticksPerS,
  };
}

interface Process {
  pid: number;
  parent: number;
  name: string;
  ownS: number;
  /** Of the process and of all that it has waited for. */
  cpuS: number;
}

/** A line of /proc/<pid>/stat; null for another line. */
function parseProcess(line: string): Process | null {
  const [, pid, name = '', rest = ''] = /^(\d+) \((.*)\) (.*)$/s.exec(line.trim()) ?? [];
  if (pid === undefined) return null;
  const fields = rest.split(' ');
  const [user = 0, system = 0, ...waitedFor] = fields.slice(11, 15).map(Number);
  const ownS = (user + system) / ticksPerS;
  const cpuS = ownS + sumOf(waitedFor, Number) / ticksPerS;
  return { pid: Number(pid), parent: Number(fields[1]), name, ownS, cpuS };
}

/**
 * The topmost process of the ssh session to which the script belongs: the last program of an ssh server above it that is
 * not the server that listens, which other logins share. Null if there is none.
 * @param above lines `pid command line`, from the script upward
 */
function sessionTop(above: readonly string[], processes: ReadonlyMap<number, Process>): Process | null {
  const servers = above.flatMap((line) => {
    const [, pid, words = ''] = /^(\d+) ?(.*)$/.exec(line) ?? [];
    const process = processes.get(Number(pid));
    return process !== undefined && sshServer.test(process.name) ? [{ process, words }] : [];
  });
  const last = servers.at(-1);
  if (last === undefined) return null;
  // `sshd: pi [priv]` and `sshd: pi@notty` are sessions; any other one above a session listens.
  const isSession = servers.length === 1 || /\[priv\]|@|^sshd-session/.test(last.words);
  return (isSession ? last : servers.at(-2))?.process ?? null;
}

function sumOf<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, one) => sum + of(one), 0);
}

function descendants(top: Process, processes: ReadonlyMap<number, Process>): Process[] {
  const found = new Set([top]);
  // A set visits what is added during the loop.
  for (const { pid } of found) {
    for (const child of processes.values()) if (child.parent === pid) found.add(child);
  }
  return [...found];
}
