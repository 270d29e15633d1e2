import type { RunRecord, TrialRecord } from '../../logs/index.js';
import { measuredTrials } from '../summaries/index.js';
import { Running } from '../statistics/index.js';
import type { FrameEntry } from './frame-ledger.js';
import { type Part, parts } from './part.js';

/** Mean frame ledger over all frames at one combination of parameter values. */
export interface LedgerMeans {
  readonly parameters: TrialRecord['parameters'];
  readonly frames: number;
  readonly endToEndMs: number;
  readonly partsMs: Readonly<Record<Part, number>>;
  /** `compute` by role instance. */
  readonly workMs: ReadonlyMap<string, number>;
  /** Largest clock error of `wire`; null if a clock that matters was not measured. */
  readonly wireErrorMs: number | null;
  readonly conflicts: number;
}

/** Averages ledgers trial by trial, without warm-up and incomplete trials. */
export class LedgerAverager {
  private readonly groups = new Map<number, Group>();

  constructor(run: RunRecord) {
    for (const trials of measuredTrials(run)) {
      const group = new Group(trials[0]?.parameters ?? {});
      for (const { number } of trials) this.groups.set(number, group);
    }
  }

  add(trial: number, frames: readonly FrameEntry[]): void {
    for (const frame of frames) this.groups.get(trial)?.add(frame);
  }

  means(): LedgerMeans[] {
    return [...new Set(this.groups.values())].flatMap((group) => group.means() ?? []);
  }
}

class Group {
  private readonly endToEnd = new Running();
  private readonly parts = new Map<Part, Running>();
  private readonly work = new Map<string, number>();
  private wireErrorMs: number | null = 0;
  private conflicts = 0;

  constructor(private readonly parameters: TrialRecord['parameters']) {}

  add({ endToEnd, parts: own, workMs, conflictMs }: FrameEntry): void {
    this.endToEnd.add(endToEnd.ms);
    for (const part of parts) {
      let running = this.parts.get(part);
      if (running === undefined) this.parts.set(part, (running = new Running()));
      running.add(own[part].ms);
    }
    for (const [instance, ms] of workMs) this.work.set(instance, (this.work.get(instance) ?? 0) + ms);
    const { errorMs } = own.wire;
    this.wireErrorMs =
      errorMs === null || this.wireErrorMs === null ? null : Math.max(this.wireErrorMs, errorMs);
    if (conflictMs > 0) this.conflicts += 1;
  }

  means(): LedgerMeans | null {
    const { n, mean } = this.endToEnd;
    if (mean === null) return null;
    return {
      parameters: this.parameters,
      frames: n,
      endToEndMs: mean,
      partsMs: Object.fromEntries(parts.map((part) => [part, this.parts.get(part)?.mean ?? 0])) as Record<
        Part,
        number
      >,
      workMs: new Map([...this.work].map(([instance, ms]) => [instance, ms / n])),
      wireErrorMs: this.wireErrorMs,
      conflicts: this.conflicts,
    };
  }
}
