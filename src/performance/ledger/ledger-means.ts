import type { RunRecord, TrialRecord } from '../../logs/index.js';
import { measuredTrials } from '../summaries/index.js';
import type { Amount } from './amount.js';
import type { FrameEntry } from './frame-ledger.js';
import { type Part, parts } from './part.js';

/** Mean frame ledger over all frames at one combination of parameter values. */
export interface LedgerMeans {
  readonly parameters: TrialRecord['parameters'];
  readonly frames: number;
  readonly endToEnd: Amount;
  readonly parts: Readonly<Record<Part, Amount>>;
  /** `compute` by role instance. */
  readonly work: ReadonlyMap<string, Amount>;
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
  private readonly sums = new Map<string, Sum>();
  private readonly instances = new Set<string>();
  private frames = 0;
  private conflicts = 0;

  constructor(private readonly parameters: TrialRecord['parameters']) {}

  add({ endToEnd, parts: own, work, conflictMs }: FrameEntry): void {
    this.frames += 1;
    this.sum('').add(endToEnd);
    for (const part of parts) this.sum(part).add(own[part]);
    for (const [instance, amount] of work) {
      this.instances.add(instance);
      this.sum(`work ${instance}`).add(amount);
    }
    if (conflictMs > 0) this.conflicts += 1;
  }

  means(): LedgerMeans | null {
    if (this.frames === 0) return null;
    const mean = (key: string) => this.sum(key).over(this.frames);
    return {
      parameters: this.parameters,
      frames: this.frames,
      endToEnd: mean(''),
      parts: Object.fromEntries(parts.map((part) => [part, mean(part)])) as Record<Part, Amount>,
      work: new Map([...this.instances].map((instance) => [instance, mean(`work ${instance}`)])),
      conflicts: this.conflicts,
    };
  }

  private sum(key: string): Sum {
    let sum = this.sums.get(key);
    if (sum === undefined) this.sums.set(key, (sum = new Sum()));
    return sum;
  }
}

/** A clock error is the same in all frames, so it does not average out: the error of a sum is the sum of the errors. */
class Sum {
  private ms = 0;
  private errorMs: number | null = 0;

  add({ ms, errorMs }: Amount): void {
    this.ms += ms;
    this.errorMs = errorMs === null || this.errorMs === null ? null : this.errorMs + errorMs;
  }

  over(frames: number): Amount {
    return { ms: this.ms / frames, errorMs: this.errorMs === null ? null : this.errorMs / frames };
  }
}
