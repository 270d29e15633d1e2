import type { OpenedRun } from '../tables/index.js';
import type { Performance } from '../opening/index.js';
import { falseDiscovery, hodgesLehmann, type Interval, mannWhitney } from '../statistics/index.js';
import type { Validity } from '../validity/index.js';
import { type MetricPair, pairsOf } from './pairs.js';
import { type Difference, differences } from './settings.js';

const significance = 0.05;

/**
 * `same`: all repeats of both runs have the same value. `too few`: too few repeats for any test. `perhaps`: p is below 5 %,
 * but not after correction for the number of tested metrics.
 */
export type MetricFinding = 'higher' | 'lower' | 'perhaps' | 'none' | 'same' | 'too few';

/** One metric of run B compared with that of run A. */
export interface MetricComparison {
  readonly role: string;
  /** Whether the role recorded it, or it is a total from the wrapper. */
  readonly of: 'results' | 'roles';
  readonly metric: string;
  readonly unit: string | null;
  readonly parameters: MetricPair['parameters'];
  readonly repeats: { readonly a: number; readonly b: number };
  /** Means over the repeats, each with the median of its rows: the figures that `show` and the reports show. */
  readonly a: number;
  readonly b: number;
  /** B minus A (Hodges-Lehmann). */
  readonly difference: number;
  /** 95 % interval of the difference; null for fewer than four repeats. */
  readonly interval: Interval | null;
  /** Difference as a share of A; null if A is 0. */
  readonly relative: number | null;
  /** Mann-Whitney, two-sided. */
  readonly p: number;
  /** Corrected for multiple tests (Benjamini-Hochberg); null if not tested. */
  readonly p_adjusted: number | null;
  readonly finding: MetricFinding;
}

export interface Comparison {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** Whether the experiment folders have the same content. */
  readonly same_experiment: boolean;
  readonly differences: readonly Difference[];
  readonly metrics: readonly MetricComparison[];
}

interface ComparedRun {
  readonly run_id: string;
  readonly experiment: string;
  readonly folder: string;
  readonly verdict: Validity['verdict'];
}

/** Compares the second run of a performance with the first. */
export function compareRuns(performance: Performance): Comparison {
  const [a, b] = performance.runs;
  if (a === undefined || b === undefined) throw new Error('A comparison needs two runs.');
  const measured = ({ record, combinations }: OpenedRun) => ({
    run: record,
    combinations,
    summaries: performance.summaries.filter(({ run }) => run === record),
  });
  const tested = pairsOf(measured(a), measured(b)).map(test);
  const testable = tested.filter(({ finding }) => finding === 'none');
  const adjusted = falseDiscovery(testable.map(({ p }) => p));
  const byTest = new Map(testable.map((one, at) => [one, adjusted[at] ?? 1]));
  return {
    a: comparedRun(a),
    b: comparedRun(b),
    same_experiment: a.record.experiment.id === b.record.experiment.id,
    differences: differences(a.record, b.record),
    metrics: tested.map((one) => judged(one, byTest.get(one) ?? null)),
  };
}

function comparedRun({ folder, record, validity }: OpenedRun): ComparedRun {
  const { run_id: id, experiment } = record;
  return { run_id: id, experiment: experiment.name, folder, verdict: validity.verdict };
}

function test({ a, b, parameters }: MetricPair): MetricComparison {
  const [left, right] = [a.figure, b.figure];
  const shift = hodgesLehmann(a.repeats, b.repeats);
  const all = [...a.repeats, ...b.repeats];
  const finding =
    new Set(all).size === 1
      ? 'same'
      : canBeSignificant(a.repeats.length, b.repeats.length)
        ? 'none'
        : 'too few';
  const difference = shift?.estimate ?? right - left;
  return {
    role: a.role,
    of: a.of,
    metric: a.metric,
    unit: a.unit,
    parameters,
    repeats: { a: a.repeats.length, b: b.repeats.length },
    a: left,
    b: right,
    difference,
    interval: finding === 'same' ? { low: 0, high: 0 } : (shift?.interval ?? null),
    relative: left === 0 ? null : difference / Math.abs(left),
    p: mannWhitney(a.repeats, b.repeats)?.p ?? 1,
    p_adjusted: null,
    finding,
  };
}

function judged(one: MetricComparison, adjusted: number | null): MetricComparison {
  if (adjusted === null || one.p >= significance) return { ...one, p_adjusted: adjusted };
  const finding = adjusted >= significance ? 'perhaps' : one.difference > 0 ? 'higher' : 'lower';
  return { ...one, p_adjusted: adjusted, finding };
}

/** Whether the smallest possible p for these numbers of values, 2 / C(a + b, a), is below 5 %. */
function canBeSignificant(a: number, b: number): boolean {
  let ways = 1;
  for (let at = 1; at <= a; at += 1) ways = (ways * (b + at)) / at;
  return 2 / ways < significance;
}
