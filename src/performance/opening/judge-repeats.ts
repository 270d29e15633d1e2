import { newestAttempt, attemptName, type RunRecord, type TrialRecord } from '../../logs/index.js';
import { type StoppingRule, tightnessOf } from '../statistics/index.js';
import { numberText } from '../summaries/index.js';
import { repeatFigures, type RepeatFigures } from './repeat-figures.js';

/** The complete, measured repeats of one combination, and the metric that decides about further ones. */
export interface RepeatsSoFar {
  readonly folder: string;
  readonly run: RunRecord;
  readonly trials: readonly TrialRecord[];
  readonly metric: string;
}

/** Whether further repeats are needed; `unknown` if no repeat has the metric. */
export type RepeatVerdict = { readonly enough: boolean; readonly why: string } | { readonly unknown: string };

/**
 * Judges after each repeat whether a combination needs more. Its figure is that of every report: the mean over the repeats
 * of the median of each repeat's rows, with Student's 95 % interval over the repeats. Each repeat is read once.
 */
export function repeatJudge(): (so: RepeatsSoFar, rule: StoppingRule) => Promise<RepeatVerdict> {
  const known = new Map<string, RepeatFigures>();
  return async ({ folder, run, trials, metric }, rule) => {
    const figures: RepeatFigures[] = [];
    for (const trial of trials) {
      const key = JSON.stringify([folder, attemptName(newestAttempt(trial)), metric]);
      const found = known.get(key) ?? (await repeatFigures(folder, run, trial, metric));
      known.set(key, found);
      figures.push(found);
    }
    return judgeRepeats(figures, metric, rule);
  };
}

/** @param figures one of each repeat; a role that lacks the metric in one has a repeat less */
export function judgeRepeats(
  figures: readonly RepeatFigures[],
  metric: string,
  { interval, atLeast }: StoppingRule,
): RepeatVerdict {
  const roles = [...new Set(figures.flatMap((one) => [...one.keys()]))];
  if (roles.length === 0)
    return { unknown: `no role recorded ${metric} in ${figures.length} complete repeats of a combination` };
  const name = metric.includes('.') ? (metric.split('.')[1] ?? metric) : metric;
  const judged = roles.map((role) => {
    const own = figures.flatMap((one) => one.get(role) ?? []);
    const tight = tightnessOf(own.map(({ median }) => median));
    const share = tight === null ? Infinity : tight.halfWidthShare;
    const unit = own[0]?.unit == null ? '' : ` ${own[0].unit}`;
    const why =
      tight === null
        ? `${role}.${name} was recorded once`
        : `${role}.${name} is ${numberText(tight.mean)}${unit} +- ${percent(share)} over ${tight.n} repeats`;
    return { enough: own.length >= atLeast && share <= interval, why };
  });
  return {
    enough: judged.every(({ enough }) => enough),
    why: `${judged.map(({ why }) => why).join(', ')} (half the 95 % interval; the rule is ${percent(interval)})`,
  };
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${Number((share * 100).toPrecision(2))} %` : 'an unknown share';
}
