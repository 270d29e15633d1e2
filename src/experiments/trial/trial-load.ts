import type { TrialLoad } from '../../logs/index.js';
import { type LoadCounters, readLoad, readOwnLoad, type Shell } from '../../network/index.js';

/** The counters of a device before its roles start, when all have started, and when they have ended. */
interface Readings {
  before: LoadCounters | null;
  started: LoadCounters | null;
  ended: LoadCounters | null;
}

/**
 * Reads the load of a trial's devices and of this machine, and what of it is collab's own: its ssh sessions, the engine and
 * this process. A reading that fails is left out.
 */
export class TrialLoads {
  private readonly readers: readonly { device: string | null; read: () => Promise<LoadCounters | null> }[];
  private readonly taken = new Map<keyof Readings, Promise<(LoadCounters | null)[]>>();
  private readonly over = new AbortController();

  /** @param signal ends a reading, which is then left out */
  constructor(devices: readonly { name: string; shell: Shell }[], signal: AbortSignal) {
    const either = AbortSignal.any([signal, this.over.signal]);
    this.readers = [
      ...devices.map(({ name, shell }) => ({ device: name, read: () => readLoad(shell, either) })),
      { device: null, read: readOwnLoad },
    ];
  }

  /** Reads all devices at once. */
  async read(when: keyof Readings): Promise<void> {
    const reading = Promise.all(this.readers.map(({ read }) => read()));
    this.taken.set(when, reading);
    await reading;
  }

  /** What was read; empty if the trial ended early. A reading that still lasts then is ended. */
  async loads(): Promise<TrialLoad[]> {
    if (!this.taken.has('ended')) {
      this.over.abort();
      return [];
    }
    const reading = async (when: keyof Readings) => (await this.taken.get(when)) ?? [];
    const [before, started, ended] = [
      await reading('before'),
      await reading('started'),
      await reading('ended'),
    ];
    const loads = this.readers.flatMap(({ device }, index) => {
      // A role on this machine: its reading is that of this process already.
      if (device === null && started.slice(0, -1).some((one) => one?.ofController)) return [];
      return loadOf(device, {
        before: before[index] ?? null,
        started: started[index] ?? null,
        ended: ended[index] ?? null,
      });
    });
    return loads.some(({ device }) => device !== null) ? loads : [];
  }
}

function loadOf(device: string | null, { before, started, ended }: Readings): TrialLoad[] {
  if (started === null || ended === null) return [];
  if (started.bootId !== ended.bootId) return [];
  const { seconds, errorS } = secondsBetween(started, ended);
  const around = before === null ? null : ownS(before, ended);
  return [
    {
      device,
      boot_id: ended.bootId,
      from_realtime_s: started.realtimeS,
      from_uptime_s: started.uptimeS,
      from_quiet_s: rounded(started.quietS),
      seconds: rounded(seconds),
      cores: ended.cores,
      busy_s: busyS(started, ended, seconds),
      error_s: rounded(errorS * ended.cores),
      session_s:
        started.sessionS === null || ended.sessionS === null
          ? null
          : rounded(Math.max(0, ended.sessionS - started.sessionS)),
      engine_s: rounded(Math.max(0, ended.engineS - started.engineS)),
      around_s: around === null ? null : rounded(around),
    },
  ];
}

/** By the wall clock, unless it was set in between or has no fractions; then in steps of 10 ms. */
function secondsBetween(from: LoadCounters, until: LoadCounters): { seconds: number; errorS: number } {
  const byUptime = {
    seconds: until.uptimeS - from.uptimeS,
    errorS: from.uptimeErrorS + until.uptimeErrorS,
  };
  if (from.realtimeS === null || until.realtimeS === null) return byUptime;
  const seconds = until.realtimeS - from.realtimeS;
  return Math.abs(seconds - byUptime.seconds) < 0.1
    ? { seconds, errorS: from.realtimeErrorS + until.realtimeErrorS }
    : byUptime;
}

/** The kernel counts idle time exactly, and busy time in whole ticks. */
function busyS(from: LoadCounters, until: LoadCounters, seconds: number): number | null {
  if (from.cores !== until.cores) return null;
  const wholeS = seconds * until.cores;
  const quietS = until.quietS - from.quietS;
  const countedS = quietS + until.busyS - from.busyS;
  return countedS < wholeS / 2 - 0.04 * until.cores ? null : rounded(Math.max(0, wholeS - quietS));
}

function ownS(from: LoadCounters, until: LoadCounters): number {
  return Math.max(0, (until.sessionS ?? 0) - (from.sessionS ?? 0) + until.engineS - from.engineS);
}

const rounded = (seconds: number) => Math.round(seconds * 1e6) / 1e6;
