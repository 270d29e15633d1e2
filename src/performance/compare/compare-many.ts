import { CollabError } from '../../errors.js';
import { ExitCode } from '../../exit-codes.js';
import type { TrialRecord } from '../../logs/index.js';
import type { Performance } from '../opening/index.js';
import { falseDiscovery, holm } from '../statistics/index.js';
import { measuredTrials } from '../summaries/index.js';
import type { OpenedRun } from '../tables/index.js';
import { type ComparedRun, comparedRun, type PrimaryFamily, sameContent } from './compare.js';
import { fewestRepeats, type MetricComparison } from './compared-metrics.js';
import { type Disturbance, disturbanceOf } from './disturbance.js';
import { missingOf, primaryChoice, requireMetrics } from './families.js';
import { type MetricOfMany, metricsOfMany, pairsOfMany } from './metrics-of-many.js';
import { combinationsOfAll, type Combinations, measuredOf, type Metric, metricsByKey } from './pairs.js';
import { type DifferenceOfRuns, differencesOf } from './settings.js';

/** A run of a comparison of several. */
export interface RunOfMany extends ComparedRun {
  /** A for the baseline, then B, C, ... */
  readonly label: string;
  /** Its values of parameters that have one value in each run, but not the same in all. */
  readonly parameters: TrialRecord['parameters'];
  readonly disturbance: Disturbance;
}

export interface ComparisonOfMany {
  /** The baseline is the first. */
  readonly runs: readonly RunOfMany[];
  /** How p is corrected in each family. */
  readonly correction: 'Benjamini-Hochberg' | 'Holm';
  /** Whether the experiment folders have the same content; null if that is not known. */
  readonly same_experiment: boolean | null;
  readonly differences: readonly DifferenceOfRuns[];
  /** Every combination of parameter values, with a flag per run: whether it has a complete trial of it. */
  readonly combinations: readonly CombinationOfMany[];
  readonly primary: PrimaryFamily;
  /** In both families, those of the primary one first. */
  readonly metrics: readonly MetricOfMany[];
  /** Metrics that are not in all runs, with a flag per run. */
  readonly partial: readonly {
    readonly role: string;
    readonly metric: string;
    readonly runs: readonly boolean[];
  }[];
  /**
   * For each family, the fewest repeats in each run with which any difference can be significant among so many tests; null
   * without tests.
   */
  readonly needed_repeats: Readonly<Record<MetricComparison['family'], number | null>>;
}

interface CombinationOfMany {
  readonly parameters: TrialRecord['parameters'];
  readonly runs: readonly boolean[];
}

/**
 * Compares each run of a performance with the first one. All tests of a family share one correction: those of all runs,
 * combinations, and metrics in it. Of more than two runs it is Holm's, because tests that share a baseline depend on each
 * other; two runs are compared exactly as by `compareRuns`.
 * @throws CollabError `too-few-runs`; `no-such-metric` for a metric of the options that the runs do not have in common
 */
export function compareMany(
  { runs }: Performance,
  options: { readonly metrics?: readonly string[] } = {},
): ComparisonOfMany {
  if (runs.length < 2) throw tooFewRuns();
  const records = runs.map(({ record }) => record);
  const matching = combinationsOfAll(records);
  const metrics = runs.map((run) => metricsByKey(measuredOf(run), matching.keyOf));
  const pairs = pairsOfMany(metrics, matching);
  const inCommon = pairs.map(({ a }) => a);
  const named = options.metrics ?? [];
  requireMetrics(named, inCommon);
  const choice = primaryChoice(records, named);
  const correction = runs.length === 2 ? 'Benjamini-Hochberg' : 'Holm';
  const compared = metricsOfMany(metrics, pairs, choice, correction === 'Holm' ? holm : falseDiscovery);
  return {
    runs: runs.map((run, at) => runOfMany(run, at, matching)),
    correction,
    same_experiment: sameInAll(records.map(({ experiment }) => experiment.id)),
    differences: differencesOf(records),
    combinations: combinationsOfMany(runs, matching),
    primary: { ...choice, missing: missingOf(choice, inCommon) },
    metrics: compared,
    partial: partialOf(metrics),
    needed_repeats: { primary: neededFor(compared, 'primary'), other: neededFor(compared, 'other') },
  };
}

/** What a comparison of fewer than two runs says. */
export function tooFewRuns(): CollabError {
  return new CollabError('too-few-runs', {
    what: 'A comparison needs two runs or more.',
    next: 'Name them by their ids or first characters. List them with: collab runs',
    exitCode: ExitCode.usage,
  });
}

/** A, B, ..., Z, AA, AB, ... */
export function labelOfRun(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : labelOfRun(Math.floor(at / 26) - 1) + last;
}

function runOfMany(run: OpenedRun, at: number, { compared }: Combinations): RunOfMany {
  const own = run.record.trials[0]?.parameters ?? {};
  const parameters = Object.fromEntries(Object.entries(own).filter(([name]) => compared.includes(name)));
  return { label: labelOfRun(at), ...comparedRun(run), parameters, disturbance: disturbanceOf(run) };
}

function sameInAll([first = '', ...others]: readonly string[]): boolean | null {
  const same = others.map((other) => sameContent(first, other));
  return same.includes(false) ? false : same.includes(null) ? null : true;
}

/** Those of the baseline first, in its order. */
function combinationsOfMany(runs: readonly OpenedRun[], matching: Combinations): CombinationOfMany[] {
  const measured = runs.map(
    ({ record }) =>
      new Map(
        measuredTrials(record).map(([first]) => {
          const parameters = first?.parameters ?? {};
          return [matching.keyOf(parameters), matching.shown(parameters)];
        }),
      ),
  );
  const all = new Map(measured.flatMap((own) => [...own]));
  return [...all].map(([key, parameters]) => ({ parameters, runs: measured.map((own) => own.has(key)) }));
}

function partialOf(metrics: readonly ReadonlyMap<string, Metric>[]): ComparisonOfMany['partial'] {
  const nameOf = ({ role, metric }: Metric) => JSON.stringify([role, metric]);
  const own = metrics.map((one) => new Map([...one.values()].map((metric) => [nameOf(metric), metric])));
  const all = new Map(own.flatMap((one) => [...one]));
  return [...all].flatMap(([name, { role, metric }]) => {
    const flags = own.map((one) => one.has(name));
    return flags.every(Boolean) ? [] : [{ role, metric, runs: flags }];
  });
}

function neededFor(metrics: readonly MetricOfMany[], family: MetricComparison['family']): number | null {
  const tests = metrics.find((one) => one.family === family)?.family_tests ?? 0;
  return tests === 0 ? null : fewestRepeats(tests);
}
