import type { ReplicationRecord } from '../../logs/index.js';
import { isPrimary, type MetricPair, type MissingMetric, type PrimaryChoice } from '../compare/index.js';
import { falseDiscovery } from '../statistics/index.js';
import { decide, lookAt, type LookedAt } from './judge-metric.js';
import { fewestRepeats, neededRepeats } from './needed-repeats.js';

export type JudgedMetric = ReplicationRecord['metrics'][number];

/** Which metrics decide, and what is the same. */
export interface MetricRule {
  readonly choice: PrimaryChoice;
  /** The largest share that is the same. */
  readonly within: number;
  /** Whether a result is compared exactly instead. */
  readonly isExact: (one: { role: string; metric: string }) => boolean;
}

/** Judges each metric, those that decide first; each of the two families is corrected for its own tests. */
export function judgeMetrics(
  pairs: readonly MetricPair[],
  missing: readonly MissingMetric[],
  rule: MetricRule,
): JudgedMetric[] {
  return [true, false].flatMap((decides) => [
    ...familyOf(
      pairs.filter(({ a }) => deciding(a, rule) === decides),
      rule.within,
      decides,
    ),
    ...missing.filter(({ metric }) => deciding(metric, rule) === decides).map((one) => lacking(one, decides)),
  ]);
}

/** A metric that was named decides in any case. */
function deciding(one: MetricPair['a'], { choice, isExact }: MetricRule): boolean {
  return isPrimary(choice, one) && (choice.names.length > 0 || !isExact(one));
}

function familyOf(pairs: readonly MetricPair[], within: number, decides: boolean): JudgedMetric[] {
  const looked = pairs.map((pair) => lookAt(pair, within));
  const tested = looked.filter(({ p }) => p !== null);
  const adjusted = falseDiscovery(tested.map(({ p }) => p ?? 1));
  return looked.map((one) => {
    const at = tested.indexOf(one);
    return judged(one, at < 0 ? null : (adjusted[at] ?? 1), { within, decides, tests: tested.length });
  });
}

function judged(
  one: LookedAt,
  pAdjusted: number | null,
  { within, decides, tests }: { within: number; decides: boolean; tests: number },
): JudgedMetric {
  const { pair, relative, interval } = one;
  const { a, b, parameters } = pair;
  const finding = decide(one, pAdjusted, within);
  const needed =
    finding === 'too few'
      ? fewestRepeats(a.repeats.length)
      : finding === 'undecided'
        ? neededRepeats(one, within, tests)
        : null;
  return {
    ...named(a, parameters),
    decides,
    repeats: { original: a.repeats.length, replication: b.repeats.length },
    original: a.figure,
    replication: b.figure,
    difference: b.figure - a.figure,
    relative,
    relative_low: interval?.low ?? null,
    relative_high: interval?.high ?? null,
    p_adjusted: pAdjusted,
    finding,
    needed_repeats: needed,
  };
}

function lacking({ metric, parameters, isMeasured }: MissingMetric, decides: boolean): JudgedMetric {
  return {
    ...named(metric, parameters),
    decides,
    repeats: { original: metric.repeats.length, replication: 0 },
    original: metric.figure,
    replication: null,
    difference: null,
    relative: null,
    relative_low: null,
    relative_high: null,
    p_adjusted: null,
    finding: isMeasured ? 'missing' : 'not measured',
    needed_repeats: null,
  };
}

const named = ({ role, of, metric, unit }: MetricPair['a'], parameters: MetricPair['parameters']) => ({
  role,
  of,
  metric,
  unit,
  parameters,
});
