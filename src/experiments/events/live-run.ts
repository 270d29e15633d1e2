import type { AnyEvent } from '../../events.js';
import type { RoleTailEvent } from '../../logs/index.js';
import type { RunEvent } from './run-event.js';

type ShownEvent = RunEvent | RoleTailEvent;
type EventOf<K extends ShownEvent['kind']> = Extract<ShownEvent, { kind: K }>;
/** The events that change what is shown of a run. */
type LiveKind = Extract<
  ShownEvent['kind'],
  `run.${string}` | `trial.${string}` | `trials.${string}` | `role.${string}`
>;
type Takes = { readonly [K in LiveKind]: ((event: EventOf<K>, nowMs: number) => void) | null };
/** Which role instance of which trial an event is about. */
type AboutRole = Pick<EventOf<'role.starting'>, 'trial' | 'role' | 'rank'>;

/** The last trial is overdue once it takes so many times as long as the others, and a second. */
const late = 1.25;
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

/** State of the live view of a run: takes events; the command line and the dashboard draw it. */
export class LiveRun {
  readonly roles = new Map<string, LiveRole>();
  running = false;
  trial: { number: number; of: number; startedMs: number } | null = null;
  /** How many trials there were to run when it began, or went on. */
  private toRun = 0;
  private readonly ended = new Set<number>();
  private firstTrialMs: number | null = null;
  private readonly trialSeconds: number[] = [];
  /** How long a trial took in an earlier run of the experiment. */
  private expectedS: number | null = null;

  /** @param powerMetrics names of metrics in watts; the first one that a device reads is shown */
  constructor(private readonly powerMetrics: readonly string[]) {}

  private readonly takes: Takes = {
    'run.connecting': null,
    'run.device-left-out': null,
    'run.dependencies-left-out': null,
    'run.note': null,
    'run.started': ({ trials }) => this.begin(trials),
    'run.resumed': ({ trials }) => this.begin(trials),
    'run.placed': null,
    'trial.preparing': null,
    'trial.started': (event, nowMs) => this.beginTrial(event, nowMs),
    'trial.adopted': (event, nowMs) => {
      this.beginTrial(event, nowMs);
      const { trial: number, roles } = event;
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
    'trial.ended': ({ trial, state, seconds }) => {
      this.ended.add(trial);
      // One that failed says nothing of how long the others take.
      if (state === 'complete' && seconds !== undefined) this.trialSeconds.push(seconds);
    },
    'trials.skipped': ({ trials }) => (this.toRun -= trials.length),
    'run.ended': () => (this.running = false),
  };

  /** @param nowMs time of the event, milliseconds since 1970 */
  take(event: AnyEvent, nowMs: number): void {
    if (!Object.hasOwn(this.takes, event.kind)) return;
    const take = this.takes[event.kind as LiveKind] as ((event: ShownEvent, nowMs: number) => void) | null;
    take?.(event as ShownEvent, nowMs);
  }

  /** Seconds of a trial in an earlier run of the experiment: the estimate until a trial of this one is complete. */
  expectTrials(seconds: number): void {
    this.expectedS = seconds;
  }

  /** Seconds since the first trial began, in this run or since it went on. */
  secondsSoFar(nowMs: number): number {
    return this.firstTrialMs === null ? 0 : Math.max(0, nowMs - this.firstTrialMs) / 1000;
  }

  /**
   * Seconds left, if each trial takes the median time of those that are complete, or that of an earlier run. Null if neither is known;
   * `overdue` if the last trial takes longer than that.
   */
  secondsLeft(nowMs: number): number | 'overdue' | null {
    const sorted = [...this.trialSeconds].sort((a, b) => a - b);
    const perTrial = sorted[sorted.length >> 1] ?? this.expectedS;
    if (perTrial === null || this.trial === null) return null;
    const runs = !this.ended.has(this.trial.number);
    const others = Math.max(0, this.toRun - this.ended.size - (runs ? 1 : 0));
    const sinceS = (nowMs - this.trial.startedMs) / 1000;
    if (runs && others === 0 && sinceS > late * perTrial + 1) return 'overdue';
    return (runs ? Math.max(0, perTrial - sinceS) : 0) + perTrial * others;
  }

  /** Share of its time that is over, from 0 to 1; of its trials, while the time left is not known. */
  progress(nowMs: number): number {
    const done = this.toRun === 0 ? 0 : Math.min(1, this.ended.size / this.toRun);
    const left = this.secondsLeft(nowMs);
    if (left === null || done === 1) return done;
    const soFar = this.secondsSoFar(nowMs);
    return Math.min(0.99, soFar / Math.max(1e-9, soFar + (left === 'overdue' ? 0 : left)));
  }

  /** The role that an event is about; undefined for events of earlier trials, which `collab watch` replays. */
  roleOf(event: AboutRole): LiveRole | undefined {
    return this.roles.get(keyOf(event));
  }

  private begin(trials: number): void {
    this.running = true;
    this.toRun = trials;
    this.ended.clear();
    this.trial = null;
    this.firstTrialMs = null;
  }

  /** A new attempt at a trial begins it again. */
  private beginTrial(
    { trial: number, of }: Pick<EventOf<'trial.started'>, 'trial' | 'of'>,
    nowMs: number,
  ): void {
    this.roles.clear();
    this.ended.delete(number);
    this.firstTrialMs ??= nowMs;
    this.trial = { number, of, startedMs: nowMs };
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
