import type { RunRecord, TrialRecord } from '../../logs/index.js';
import { valueKey } from '../../workspace/index.js';
import { type Description, sketchError } from '../statistics/index.js';
import type { Combination, MetricSummary } from '../summaries/index.js';

/** One metric of one role at one combination of parameter values, with one value per repeat. */
interface Metric {
  readonly role: string;
  readonly of: 'results' | 'roles';
  readonly metric: string;
  readonly unit: string | null;
  readonly parameters: TrialRecord['parameters'];
  readonly repeats: readonly number[];
  /** Mean over the repeats: what `show` and the reports show. */
  readonly figure: number;
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

/**
 * Pairs up the metrics that both runs have at each combination. A parameter with a single but different value in each run
 * is the subject of the comparison, so it is ignored when pairing.
 */
export function pairsOf(a: Measured, b: Measured): MetricPair[] {
  const names = new Set(
    [...a.run.trials, ...b.run.trials].flatMap(({ parameters }) => Object.keys(parameters)),
  );
  const compared = new Set([...names].filter((name) => isCompared(name, a.run, b.run)));
  const keyOf = ({ role, of, metric, parameters }: Metric) =>
    JSON.stringify([
      role,
      of,
      metric,
      Object.entries(parameters)
        .filter(([name]) => !compared.has(name))
        .map(([name, value]) => [name, valueKey(value)])
        .sort(),
    ]);
  const right = new Map(metricsOf(b).map((one) => [keyOf(one), one]));
  return metricsOf(a).flatMap((one): MetricPair[] => {
    const other = right.get(keyOf(one));
    if (other === undefined) return [];
    const shown = Object.entries(one.parameters).filter(
      ([name]) => !compared.has(name) && (varies(name, a.run) || varies(name, b.run)),
    );
    return [{ a: one, b: other, parameters: Object.fromEntries(shown) }];
  });
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
      error: exact ? 0 : sketchErrorOf(overRepeats),
    })),
  );
  const totals = summaries.flatMap((summary): Metric[] => {
    const { of, role, metric, unit, parameters, repeatMedians: repeats, overRepeats, values } = summary;
    if (of !== 'roles') return [];
    const error = values.exact ? 0 : sketchErrorOf(overRepeats);
    return [{ role, of, metric, unit, parameters, repeats, figure: overRepeats.mean, error }];
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

function isCompared(name: string, a: RunRecord, b: RunRecord): boolean {
  const [left, right] = [valuesOf(name, a), valuesOf(name, b)];
  return left.size === 1 && right.size === 1 && [...left][0] !== [...right][0];
}
