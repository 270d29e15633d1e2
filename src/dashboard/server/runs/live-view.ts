import {
  applyEvent,
  type CollabEvent,
  type JournalEvent,
  type LiveRole,
  LiveRun,
  plainText,
  type RoleTailEvent,
  type RunRecord,
  type StampedEvent,
} from '../../../index.js';
import {
  type LiveChange,
  type LiveHead,
  type LiveLine,
  type LiveRoleEntry,
  type LiveTrial,
  mostLines,
  mostSpans,
} from '../../live/index.js';
import { RoleSpans } from './role-spans.js';

/** Lines of a role that are shown. */
const shownLines = 5;

/** How the command line says what happens in a run. */
export interface RunWords {
  /** The line that an event prints; null if it prints none. */
  line(event: CollabEvent): string | null;
  /** Which trial runs, how long so far, and how long still; null while none runs. */
  progress(run: LiveRun, nowMs: number): string | null;
}

type Shown = StampedEvent<JournalEvent> | RoleTailEvent;

/**
 * What the page shows of a run as it goes on, from the events of its journal and what its roles print: the record by
 * `applyEvent`, which writes run.json too, and the trial that runs by `LiveRun`, which the command line draws.
 */
export class LiveView {
  private record: RunRecord | null = null;
  private readonly spans = new RoleSpans();
  private lines: LiveLine[] = [];
  private printed = new Map<LiveRole, readonly string[]>();
  /** The trials as they were told. */
  private readonly told = new Map<number, RunRecord['trials'][number]>();
  private toldHead = '';
  private lastMs = 0;

  constructor(
    private readonly words: RunWords,
    readonly live = new LiveRun([]),
  ) {}

  take(event: Shown, nowMs: number): void {
    const atMs = 'time' in event ? Date.parse(event.time) : nowMs;
    this.live.take(event, atMs);
    if (event.kind === 'role.sampled') return;
    if (event.kind === 'role.printed') {
      this.print(event);
      return;
    }
    this.lastMs = atMs;
    this.record = applyEvent(this.record, event);
    this.spans.take(event);
    if (event.kind === 'trial.started' || event.kind === 'trial.adopted') this.printed = new Map();
    const text = this.words.line(event);
    if (text !== null) this.lines.push({ atMs, text: plainText(text) });
  }

  /** What changed since the last call; null if nothing did. */
  change(nowMs: number): LiveChange | null {
    return this.changeWith(this.record, nowMs, false);
  }

  /** What changed, when nothing more will be heard. @param settled how it is now: its controller may be gone */
  end(settled: RunRecord | null, nowMs: number): LiveChange {
    this.spans.lose(this.lastMs);
    const none = { head: this.head(settled, nowMs), trials: [], spans: [], cut: false, lines: [] };
    return { ...(this.changeWith(settled ?? this.record, nowMs, true) ?? none), over: true };
  }

  private changeWith(record: RunRecord | null, nowMs: number, over: boolean): LiveChange | null {
    const trials = (record?.trials ?? []).filter((trial) => this.told.get(trial.number) !== trial);
    for (const trial of trials) this.told.set(trial.number, trial);
    const changed = this.spans.changes();
    const spans = changed.slice(-mostSpans);
    const cut = spans.length < changed.length;
    const lines = this.lines.slice(-mostLines);
    this.lines = [];
    const head = this.head(record, nowMs);
    const text = JSON.stringify(head);
    if (trials.length + spans.length + lines.length === 0 && text === this.toldHead) return null;
    this.toldHead = text;
    return { head, trials: trials.map(trialOf), spans, cut, lines, over };
  }

  private head(record: RunRecord | null, nowMs: number): LiveHead {
    const counts: Record<string, number> = {};
    for (const { state } of record?.trials ?? []) counts[state] = (counts[state] ?? 0) + 1;
    const goesOn = record?.state === 'running';
    return {
      fault: record?.failure === undefined ? null : failureText(record.failure),
      progress: goesOn ? this.words.progress(this.live, nowMs) : null,
      counts,
      roles: goesOn ? [...this.live.roles.values()].map((role) => this.roleOf(role)) : [],
    };
  }

  private print(event: Extract<RoleTailEvent, { kind: 'role.printed' }>): void {
    const role = this.live.roleOf(event);
    if (role === undefined) return;
    const lines = [...(this.printed.get(role) ?? []), ...event.lines.map(plainText)];
    this.printed.set(role, lines.slice(-shownLines));
  }

  private roleOf(role: LiveRole): LiveRoleEntry {
    const { name, device, state, cpuPercent, memoryBytes } = role;
    return {
      name,
      device,
      state,
      cpuPercent: cpuPercent.at(-1) ?? null,
      memoryBytes: memoryBytes.at(-1) ?? null,
      lastLines: this.printed.get(role) ?? [],
    };
  }
}

const failureText = ({ what, why }: NonNullable<RunRecord['failure']>) =>
  why === undefined ? what : `${what} ${why}`;

function trialOf(trial: RunRecord['trials'][number]): LiveTrial {
  const { number, parameters, warmup, repeat, attempt = 1, state } = trial;
  const label = Object.entries(parameters)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
  return {
    number,
    label,
    warmup,
    repeat,
    attempt,
    state,
    startedMs: msOf(trial.started_at),
    endedMs: msOf(trial.ended_at),
  };
}

const msOf = (time: string | null): number | null => (time === null ? null : Date.parse(time));
