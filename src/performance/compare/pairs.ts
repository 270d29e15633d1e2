import type { RunRecord, TrialRecord } from '../../logs/index.js';
import { valueKey } from '../../workspace/index.js';
import { type Description, type Interval, sketchError } from '../statistics/index.js';
import type { OpenedRun } from '../tables/index.js';
import { type Combination, measuredTrials, type MetricSummary } from '../summaries/index.js';

/** One metric of one role at one combination of parameter values, with one value per repeat. */
export interface Metric {
  readonly role: string;
  readonly of: 'results' | 'roles';
  readonly metric: string;
  readonly unit: string | null;
  readonly parameters: TrialRecord['parameters'];
  readonly repeats: readonly number[];
  /** Mean over the repeats: what `show` and the reports show. */
  readonly figure: number;
  /** 95 % interval of the figure; null for a single repeat. */
  readonly interval: Interval | null;
  /** How far a repeat may be from its true value: 0 unless its values were counted in buckets. */
  readonly error: number;
}

/** The same metric in both runs. */
export interface MetricPair {
  readonly a: Metric;
  readonly b: Metric;
  /** Parameters that identify it for a reader: those that vary within the runs. */
  readonly parameters: TrialRecord['parameters'];
}

interface Measured {
  readonly run: RunRecord;
  readonly combinations: readonly Combination[];
  readonly summaries: readonly MetricSummary[];
}

/** What there is of a run to compare. */
export const measuredOf = ({ record, combinations, summaries }: OpenedRun): Measured => ({
  run: record,
  combinations,
  summaries,
});

/**
 * Pairs up the metrics that both runs have at each combination. A parameter with a single but different value in each run
 * is the subject of the comparison, so it is ignored when pairing.
 */
export function pairsOf(a: Measured, b: Measured): MetricPair[] {
  return matched(a, b).pairs;
}

/** A metric of the first run that the second lacks. */
export interface MissingMetric {
  readonly metric: Metric;
  readonly parameters: TrialRecord['parameters'];
  /** Whether the second run has a complete trial with these parameters. */
  readonly isMeasured: boolean;
}

/** Tells which combinations of several runs are the same one. */
export interface Combinations {
  /** Parameters with one value in each run, but not the same in all: the subject of the comparison. */
  readonly compared: readonly string[];
  /** Equal for parameters of one combination. */
  readonly keyOf: (parameters: TrialRecord['parameters']) => string;
  /** The parameters that identify it for a reader. */
  readonly shown: (parameters: TrialRecord['parameters']) => TrialRecord['parameters'];
}

export function combinationsOfAll(runs: readonly RunRecord[]): Combinations {
  const trials = runs.flatMap((run) => run.trials);
  const names = new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)));
  const compared = new Set([...names].filter((name) => isCompared(name, runs)));
  const kept = (parameters: TrialRecord['parameters']) =>
    Object.entries(parameters).filter(([name]) => !compared.has(name));
  return {
    compared: [...compared],
    keyOf: (parameters) =>
      JSON.stringify(
        kept(parameters)
          .map(([name, value]) => [name, valueKey(value)])
          .sort(),
      ),
    shown: (parameters) =>
      Object.fromEntries(kept(parameters).filter(([name]) => runs.some((run) => varies(name, run)))),
  };
}

/** The metrics that both runs have, and those that only the first one has. */
export function matched(a: Measured, b: Measured): { pairs: MetricPair[]; missing: MissingMetric[] } {
  const { keyOf, shown } = combinationsOfAll([a.run, b.run]);
  const right = metricsByKey(b, keyOf);
  const measured = new Set(measuredTrials(b.run).map(([first]) => keyOf(first?.parameters ?? {})));
  const pairs: MetricPair[] = [];
  const missing: MissingMetric[] = [];
  for (const one of metricsOf(a)) {
    const other = right.get(metricKey(one, keyOf));
    const parameters = shown(one.parameters);
    if (other !== undefined) pairs.push({ a: one, b: other, parameters });
    else missing.push({ metric: one, parameters, isMeasured: measured.has(keyOf(one.parameters)) });
  }
  return { pairs, missing };
}

const metricKey = ({ role, of, metric, parameters }: Metric, keyOf: Combinations['keyOf']) =>
  JSON.stringify([role, of, metric, keyOf(parameters)]);

/** The metrics of a run by a key that is equal for the same metric of several runs at the same combination. */
export function metricsByKey(run: Measured, keyOf: Combinations['keyOf']): Map<string, Metric> {
  return new Map(metricsOf(run).map((one) => [metricKey(one, keyOf), one]));
}

function metricsOf({ combinations, summaries }: Measured): Metric[] {
  const results = combinations.flatMap(({ role, parameters, outcomes }) =>
    outcomes.map(({ quantity, unit, medians, overRepeats, exact }): Metric => ({
      role,
      of: 'results',
      metric: quantity,
      unit,
      parameters,
      repeats: medians,
      figure: overRepeats.mean,
      interval: overRepeats.interval,
      error: exact ? 0 : sketchErrorOf(overRepeats),
    })),
  );
  const totals = summaries.flatMap((summary): Metric[] => {
    const { of, role, metric, unit, parameters, repeatMedians: repeats, overRepeats, values } = summary;
    if (of !== 'roles') return [];
    const error = values.exact ? 0 : sketchErrorOf(overRepeats);
    const { mean: figure, interval } = overRepeats;
    return [{ role, of, metric, unit, parameters, repeats, figure, interval, error }];
  });
  return [...results, ...totals];
}

function sketchErrorOf({ min, max }: Description): number {
  return sketchError * Math.max(Math.abs(min), Math.abs(max));
}

function valuesOf(name: string, run: RunRecord): Set<string> {
  return new Set(run.trials.map(({ parameters }) => valueKey(parameters[name])));
}

function varies(name: string, run: RunRecord): boolean {
  return valuesOf(name, run).size > 1;
}

function isCompared(name: string, runs: readonly RunRecord[]): boolean {
  const values = runs.map((run) => valuesOf(name, run));
  return values.every(({ size }) => size === 1) && new Set(values.flatMap((own) => [...own])).size > 1;
}
