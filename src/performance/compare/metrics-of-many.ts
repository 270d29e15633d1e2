import { type Interval, rankRatio, sketchError } from '../statistics/index.js';
import { comparePairs, type MetricComparison } from './compared-metrics.js';
import type { PrimaryChoice } from './families.js';
import type { Combinations, Metric, MetricPair } from './pairs.js';

/** A figure of one run: what `show` and the reports show. */
export interface FigureOfRun {
  readonly repeats: number;
  /** Over the repeats, each with the median of its rows. */
  readonly mean: number;
  /** 95 %; null for a single repeat. */
  readonly interval: Interval | null;
}

type Tested = 'difference' | 'difference_error' | 'interval' | 'relative' | 'p' | 'p_adjusted' | 'finding';
type SmallestEffect = 'smallest_effect' | 'smallest_effect_relative';

/** How one run stands to the baseline in one metric. */
export interface AgainstBaseline extends Pick<MetricComparison, Tested | SmallestEffect> {
  /** The median of all ratios of a repeat to one of the baseline; null unless all repeats of the baseline are above 0. */
  readonly ratio: number | null;
  /** 95 % interval of the ratio by the same test, of this comparison alone; null for fewer than four repeats. */
  readonly ratio_interval: Interval | null;
}

type Identity = 'role' | 'of' | 'metric' | 'unit' | 'parameters' | 'family' | 'family_tests';

/** One metric at one combination, in all runs. */
export interface MetricOfMany extends Pick<MetricComparison, Identity> {
  /** One per run; null where it does not have it. */
  readonly figures: readonly (FigureOfRun | null)[];
  /** One per run; null for the baseline, and where the run does not have the metric. */
  readonly against: readonly (AgainstBaseline | null)[];
}

interface PairOfMany extends MetricPair {
  readonly key: string;
  readonly run: number;
}

/** The metrics of the baseline with those of each other run that has them, run by run. */
export function pairsOfMany(
  [baseline, ...others]: readonly ReadonlyMap<string, Metric>[],
  { shown }: Combinations,
): PairOfMany[] {
  return others.flatMap((own, index) =>
    [...(baseline ?? [])].flatMap(([key, a]): PairOfMany[] => {
      const b = own.get(key);
      return b === undefined ? [] : [{ a, b, parameters: shown(a.parameters), key, run: index + 1 }];
    }),
  );
}

/** Those of the primary family first, and in the order of the baseline. */
export function metricsOfMany(
  metrics: readonly ReadonlyMap<string, Metric>[],
  pairs: readonly PairOfMany[],
  choice: PrimaryChoice,
  correct: (pValues: readonly number[]) => number[],
): MetricOfMany[] {
  const found = new Map<string, { pair: MetricPair; one: MetricComparison }>();
  for (const each of comparePairs(pairs, choice, correct))
    found.set(`${each.pair.run} ${each.pair.key}`, each);
  const all = [...(metrics[0]?.keys() ?? [])].flatMap((key): MetricOfMany[] => {
    const own = metrics.map((_, run) => found.get(`${run} ${key}`));
    const first = own.find((each) => each !== undefined);
    if (first === undefined) return [];
    const { role, of, metric, unit, parameters, family, family_tests } = first.one;
    const figures = metrics.map((one) => figureOf(one.get(key)));
    return [
      { role, of, metric, unit, parameters, family, family_tests, figures, against: own.map(againstOf) },
    ];
  });
  return (['primary', 'other'] as const).flatMap((family) => all.filter((one) => one.family === family));
}

function figureOf(metric: Metric | undefined): FigureOfRun | null {
  if (metric === undefined) return null;
  return { repeats: metric.repeats.length, mean: metric.figure, interval: metric.interval };
}

function againstOf(found: { pair: MetricPair; one: MetricComparison } | undefined): AgainstBaseline | null {
  if (found === undefined) return null;
  const { difference, difference_error, interval, relative, p, p_adjusted } = found.one;
  const { smallest_effect, smallest_effect_relative, finding } = found.one;
  return {
    difference,
    difference_error,
    interval,
    relative,
    ...ratioOfPair(found.pair, finding),
    p,
    p_adjusted,
    smallest_effect,
    smallest_effect_relative,
    finding,
  };
}

function ratioOfPair(
  { a, b }: MetricPair,
  finding: MetricComparison['finding'],
): Pick<AgainstBaseline, 'ratio' | 'ratio_interval'> {
  const ratio = a.repeats.every((value) => value > 0) ? rankRatio(a.repeats, b.repeats) : null;
  if (ratio === null) return { ratio: null, ratio_interval: null };
  if (finding === 'same') return { ratio: 1, ratio_interval: { low: 1, high: 1 } };
  // Medians of very many rows are known within the error of a bucket only.
  const slack = a.error + b.error > 0 ? 2 * sketchError : 0;
  const { estimate, interval } = ratio;
  if (interval === null) return { ratio: estimate, ratio_interval: null };
  const low = interval.low - Math.abs(interval.low) * slack;
  return { ratio: estimate, ratio_interval: { low, high: interval.high + Math.abs(interval.high) * slack } };
}
