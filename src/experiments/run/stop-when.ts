import type { RunRecord, TrialRecord } from '../../logs/index.js';
import { jsonOf } from '../../workspace/index.js';
import type { StopRule } from '../definition/index.js';
import type { RunEvent } from '../events/index.js';

/**
 * Says whether a combination needs more repeats, from what its complete ones recorded: `Performance` reads and judges
 * them, and the caller of a run brings both together.
 */
export type JudgeRepeats = (
  so: { folder: string; run: RunRecord; trials: readonly TrialRecord[]; metric: string },
  rule: Pick<StopRule, 'interval' | 'atLeast' | 'atMost'>,
) => Promise<{ enough: boolean; why: string } | { unknown: string }>;

/** Ends the repeats of combinations that need no more, as the run's record says (`sweep.stop_when`). */
export class StopWhen {
  private isNoted = false;
  /** Computed once: after each trial, those of all others are looked at. */
  private readonly keys = new WeakMap<object, string>();

  constructor(
    private readonly folder: string,
    private readonly judge: JudgeRepeats,
    private readonly record: (event: RunEvent) => Promise<void>,
  ) {}

  /**
   * Skips the pending repeats of each combination that needs no more.
   * @param trial a trial that has just ended, whose combination is looked at; without it, all are, as in a run that goes on
   */
  async apply(run: RunRecord, trial?: TrialRecord): Promise<void> {
    const rule = run.sweep?.stop_when;
    if (rule === undefined || trial?.warmup === true) return;
    for (const own of this.groupsOf(run, trial)) {
      const trials = own.filter(({ state }) => state === 'complete');
      const pending = own.filter(({ state }) => state === 'pending');
      if (trials.length < rule.at_least || pending.length === 0) continue;
      const { metric, interval, at_least: atLeast, at_most: atMost } = rule;
      const verdict = await this.judge(
        { folder: this.folder, run, trials, metric },
        { interval, atLeast, atMost },
      );
      if ('unknown' in verdict) await this.note(verdict.unknown);
      else if (verdict.enough)
        await this.record({
          kind: 'trials.skipped',
          trials: pending.map(({ number }) => number),
          reason: verdict.why,
        });
    }
  }

  /** The measured trials of each combination, or of that of one trial. */
  private groupsOf(run: RunRecord, trial?: TrialRecord): Iterable<TrialRecord[]> {
    const measured = run.trials.filter(({ warmup }) => !warmup);
    if (trial !== undefined) {
      const key = this.keyOf(trial);
      return [measured.filter((one) => this.keyOf(one) === key)];
    }
    const groups = new Map<string, TrialRecord[]>();
    for (const one of measured) {
      const group = groups.get(this.keyOf(one));
      if (group === undefined) groups.set(this.keyOf(one), [one]);
      else group.push(one);
    }
    return groups.values();
  }

  private keyOf({ parameters }: TrialRecord): string {
    const key = this.keys.get(parameters) ?? jsonOf(parameters);
    this.keys.set(parameters, key);
    return key;
  }

  private async note(why: string): Promise<void> {
    if (this.isNoted) return;
    this.isNoted = true;
    await this.record({ kind: 'run.note', note: `stop_when cannot end any repeats: ${why}` });
  }
}
