import type { CollabEvent } from '../../index.js';

/** Number of readings of a metric kept for its sparkline. */
const kept = 40;

export type Series = (number | null)[];

/** One role instance in the live view. */
export interface LiveRole {
  name: string;
  device: string;
  state: string;
  /** Percent of one core. */
  cpuPercent: Series;
  memoryBytes: Series;
  /** Bytes per second, both directions. */
  networkRate: Series;
  powerW: Series;
  /** The last line that it printed. */
  lastLine: string | null;
  /** The last reading of the byte counters, from which rates are computed. */
  counted: { monotonicS: number; bytes: number } | null;
}

/** State of the live view of a run: takes events, is drawn by `draw.ts`. */
export class LiveRun {
  readonly roles = new Map<string, LiveRole>();
  running = false;
  trial: { number: number; of: number; startedMs: number } | null = null;
  private readonly trialSeconds: number[] = [];

  /** @param powerMetrics names of metrics in watts; the first one that a device reads is shown */
  constructor(private readonly powerMetrics: readonly string[]) {}

  /** @param nowMs time of arrival, milliseconds since 1970 */
  take(event: CollabEvent, nowMs: number): void {
    switch (event.kind) {
      case 'run.started':
        this.running = true;
        break;
      case 'trial.started':
        this.roles.clear();
        this.trial = { number: Number(event.trial), of: Number(event.of), startedMs: nowMs };
        break;
      case 'role.starting':
        this.roles.set(keyOf(event), newRole(event));
        break;
      case 'role.ready':
        this.change(event, (role) => (role.state = 'ready'));
        break;
      case 'role.ended':
        this.change(
          event,
          (role) => (role.state = event.reason === 'exited' ? 'ended' : String(event.reason)),
        );
        break;
      case 'role.sampled':
        this.change(event, (role) => this.sample(role, event));
        break;
      case 'role.printed':
        this.change(event, (role) => (role.lastLine = (event.lines as string[]).at(-1) ?? role.lastLine));
        break;
      case 'trial.ended':
        this.trialSeconds.push(Number(event.seconds));
        break;
      case 'run.ended':
        this.running = false;
        break;
      default:
        break;
    }
  }

  /** Seconds left, if each trial takes the median time of those before; null before the first has ended. */
  secondsLeft(nowMs: number): number | null {
    const sorted = [...this.trialSeconds].sort((a, b) => a - b);
    const median = sorted[sorted.length >> 1];
    if (median === undefined || this.trial === null) return null;
    const runs = this.trialSeconds.length < this.trial.number;
    const sinceS = runs ? (nowMs - this.trial.startedMs) / 1000 : 0;
    const current = runs ? Math.max(0, median - sinceS) : 0;
    return current + median * (this.trial.of - this.trial.number);
  }

  /** Share of the run that is done, from 0 to 1; the current trial counts by its time. */
  progress(nowMs: number): number {
    const { trial } = this;
    if (trial === null || trial.of === 0) return 0;
    const left = this.secondsLeft(nowMs);
    if (left === null) return (trial.number - 1) / trial.of;
    const done = this.trialSeconds.reduce((sum, seconds) => sum + seconds, 0);
    const inTrial = this.trialSeconds.length < trial.number ? (nowMs - trial.startedMs) / 1000 : 0;
    return Math.min(1, (done + inTrial) / Math.max(1e-9, done + inTrial + left));
  }

  /** The role that an event is about; undefined for events of earlier trials, which `collab watch` replays. */
  roleOf(event: CollabEvent): LiveRole | undefined {
    return this.roles.get(keyOf(event));
  }

  private change(event: CollabEvent, act: (role: LiveRole) => void): void {
    const role = this.roleOf(event);
    if (role !== undefined) act(role);
  }

  private sample(role: LiveRole, event: CollabEvent): void {
    const metrics = event.metrics as Record<string, number | null>;
    const read = (name: string) => metrics[name] ?? null;
    if (role.state === 'starting') role.state = 'running';
    keep(role.cpuPercent, read('cpu_percent'));
    keep(role.memoryBytes, read('memory_bytes'));
    keep(role.networkRate, networkRate(role, Number(event.monotonic_s), read));
    const power = this.powerMetrics.find((name) => read(name) !== null);
    // Power is read less often than the rest: its last value holds until the next.
    keep(role.powerW, power === undefined ? (role.powerW.at(-1) ?? null) : read(power));
  }
}

function networkRate(
  role: LiveRole,
  monotonicS: number,
  read: (name: string) => number | null,
): number | null {
  const [received, sent] = [read('network_received_bytes'), read('network_sent_bytes')];
  if (received === null || sent === null) return null;
  const before = role.counted;
  role.counted = { monotonicS, bytes: received + sent };
  if (before === null || monotonicS <= before.monotonicS) return null;
  return (received + sent - before.bytes) / (monotonicS - before.monotonicS);
}

function newRole(event: CollabEvent): LiveRole {
  return {
    name: `${String(event.role)}-${String(event.rank)}`,
    device: String(event.device),
    state: 'starting',
    cpuPercent: [],
    memoryBytes: [],
    networkRate: [],
    powerW: [],
    lastLine: null,
    counted: null,
  };
}

function keep(series: Series, value: number | null): void {
  series.push(value);
  if (series.length > kept) series.shift();
}

const keyOf = (event: CollabEvent) => `${String(event.trial)} ${String(event.role)} ${String(event.rank)}`;
