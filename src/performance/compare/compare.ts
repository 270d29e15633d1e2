import type { Performance } from '../opening/index.js';
import type { OpenedRun } from '../tables/index.js';
import type { Validity } from '../validity/index.js';
import { compareMetrics, type MetricComparison } from './compared-metrics.js';
import { type Disturbance, disturbanceOf } from './disturbance.js';
import { missingOf, type PrimaryChoice, primaryChoice, requireMetrics } from './families.js';
import { measuredOf, pairsOf } from './pairs.js';
import { type Difference, differences } from './settings.js';

export interface Comparison {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** Whether the experiment folders have the same content; null if that is not known. */
  readonly same_experiment: boolean | null;
  readonly differences: readonly Difference[];
  readonly primary: PrimaryFamily;
  /** In both families, those of the primary one first. */
  readonly metrics: readonly MetricComparison[];
  readonly disturbance: { readonly a: Disturbance; readonly b: Disturbance };
}

/** The metrics that decide. */
export interface PrimaryFamily extends PrimaryChoice {
  /** Names that the runs have no metric for. */
  readonly missing: readonly string[];
}

export interface ComparedRun {
  readonly run_id: string;
  readonly experiment: string;
  readonly folder: string;
  readonly verdict: Validity['verdict'];
}

interface CompareOptions {
  /** Metrics that decide, besides those that the experiments name: `total_ms`, or `client.total_ms` for one role. */
  readonly metrics?: readonly string[];
}

/**
 * Compares the second run of a performance with the first.
 * @throws CollabError `no-such-metric` for a metric of the options that the runs do not have in common
 */
export function compareRuns(performance: Performance, options: CompareOptions = {}): Comparison {
  const [a, b] = performance.runs;
  if (a === undefined || b === undefined) throw new Error('A comparison needs two runs.');
  const pairs = pairsOf(measuredOf(a), measuredOf(b));
  const named = options.metrics ?? [];
  requireMetrics(
    named,
    pairs.map((pair) => pair.a),
  );
  const choice = primaryChoice([a.record, b.record], named);
  const missing = missingOf(
    choice,
    pairs.map((pair) => pair.a),
  );
  return {
    a: comparedRun(a),
    b: comparedRun(b),
    same_experiment: sameContent(a.record.experiment.id, b.record.experiment.id),
    differences: differences(a.record, b.record),
    primary: { ...choice, missing },
    metrics: compareMetrics(pairs, choice),
    disturbance: { a: disturbanceOf(a), b: disturbanceOf(b) },
  };
}

/** Null if the content of one of them is not known. */
export const sameContent = (a: string, b: string): boolean | null => (a === '' || b === '' ? null : a === b);

export function comparedRun({ folder, record, validity }: OpenedRun): ComparedRun {
  const { run_id: id, experiment } = record;
  return { run_id: id, experiment: experiment.name, folder, verdict: validity.verdict };
}
