import type { CollabEvent } from '../../index.js';

type EventOf<K extends CollabEvent['kind']> = Extract<CollabEvent, { kind: K }>;
/** The events that change what is shown of a run. */
type LiveKind = Extract<CollabEvent['kind'], `run.${string}` | `trial.${string}` | `role.${string}`>;
type Takes = { readonly [K in LiveKind]: ((event: EventOf<K>, nowMs: number) => void) | null };
/** Which role instance of which trial an event is about. */
type AboutRole = Pick<EventOf<'role.starting'>, 'trial' | 'role' | 'rank'>;

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
  /** The cgroup's working set, or the resident sets where the role has no cgroup of its own: another quantity. */
  memoryIs: 'mem' | 'rss';
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

  private readonly takes: Takes = {
    'run.connecting': null,
    'run.device-left-out': null,
    'run.dependencies-left-out': null,
    'run.note': null,
    'run.started': () => (this.running = true),
    'run.resumed': () => (this.running = true),
    'run.placed': null,
    'trial.preparing': null,
    'trial.started': ({ trial: number, of }, nowMs) => {
      this.roles.clear();
      this.trial = { number, of, startedMs: nowMs };
    },
    'trial.adopted': ({ trial: number, of, roles }, nowMs) => {
      this.roles.clear();
      this.trial = { number, of, startedMs: nowMs };
      for (const role of roles) this.roles.set(keyOf({ trial: number, ...role }), newRole(role));
    },
    'role.starting': (event) => this.roles.set(keyOf(event), newRole(event)),
    'role.ready': (event) => this.change(event, (role) => (role.state = 'ready')),
    'role.ended': (event) =>
      this.change(event, (role) => (role.state = event.reason === 'exited' ? 'ended' : event.reason)),
    'role.not-collected': null,
    'role.collected': null,
    'role.sampled': (event) => this.change(event, (role) => this.sample(role, event)),
    'role.printed': (event) =>
      this.change(event, (role) => (role.lastLine = event.lines.at(-1) ?? role.lastLine)),
    'run.stopping': null,
    'trial.ended': ({ seconds }) => this.trialSeconds.push(...(seconds === undefined ? [] : [seconds])),
    'run.ended': () => (this.running = false),
  };

  /** @param nowMs time of arrival, milliseconds since 1970 */
  take(event: CollabEvent, nowMs: number): void {
    if (!Object.hasOwn(this.takes, event.kind)) return;
    const take = this.takes[event.kind as LiveKind] as ((event: CollabEvent, nowMs: number) => void) | null;
    take?.(event, nowMs);
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
  roleOf(event: AboutRole): LiveRole | undefined {
    return this.roles.get(keyOf(event));
  }

  private change(event: AboutRole, act: (role: LiveRole) => void): void {
    const role = this.roleOf(event);
    if (role !== undefined) act(role);
  }

  private sample(role: LiveRole, { metrics, monotonic_s }: EventOf<'role.sampled'>): void {
    const read = (name: string) => metrics[name] ?? null;
    if (role.state === 'starting') role.state = 'running';
    keep(role.cpuPercent, read('cpu_percent'));
    role.memoryIs = read('memory_bytes') === null ? 'rss' : 'mem';
    keep(role.memoryBytes, read(role.memoryIs === 'mem' ? 'memory_bytes' : 'memory_resident_bytes'));
    keep(role.networkRate, networkRate(role, monotonic_s, read));
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

function newRole({
  role,
  rank,
  device,
}: Pick<EventOf<'role.starting'>, 'role' | 'rank' | 'device'>): LiveRole {
  return {
    name: `${role}-${rank}`,
    device,
    state: 'starting',
    cpuPercent: [],
    memoryBytes: [],
    memoryIs: 'mem',
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

const keyOf = ({ trial, role, rank }: AboutRole) => `${trial} ${role} ${rank}`;
