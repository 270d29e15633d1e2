import type { RunRecord, TrialRecord } from '../../logs/index.js';
import type { RoleInstance } from '../reading/index.js';
import {
  describe,
  type Description,
  type Distributed,
  Distribution,
  type Interval,
  meanInterval,
  Running,
  sketchError,
  ValueBudget,
} from '../statistics/index.js';
import type { ColumnWithoutStatistics, WithoutStatistics } from './columns.js';
import { type LeftOut, type MetricLeftOut, Tally } from './left-out.js';
import { missingIn, type RowsOf, rowsOf } from './missing-trials.js';
import { measuredTrials } from './measured-trials.js';

/** Numbers kept in memory, 16 MB; further ones are counted in narrow buckets. */
const maxKeptNumbers = 2_000_000;

type Source = 'roles' | 'results' | 'spans';

/** One metric of one role at one combination of parameter values, over the measured repeats of a run. */
export interface MetricSummary {
  readonly run: RunRecord;
  readonly parameters: TrialRecord['parameters'];
  readonly role: string;
  /** Where the values come from: totals and sample statistics of roles, rows of results, or durations of a span. */
  readonly of: Source;
  readonly metric: string;
  /** Null if the name of a result has none. */
  readonly unit: string | null;
  /** Measured, or estimated and how; null if not known. */
  readonly kind: string | null;
  /** Number of trials with a value. */
  readonly repeats: number;
  /** The mean of each repeat, in the order of the trials. */
  readonly repeatMeans: readonly number[];
  /** The median of each repeat, in the order of the trials. */
  readonly repeatMedians: readonly number[];
  /**
   * Statistics of the medians of the repeats. Its mean is the figure that every command and report shows for a quantity: a
   * repeat counts once, no matter how many rows it has.
   */
  readonly overRepeats: Description;
  /** Statistics of the rows of the first repeat: the variation within a repeat. */
  readonly withinRepeat: Description;
  /** Over all values of all repeats. */
  readonly values: Distributed;
  /** 95 % interval of the mean: over the means of the repeats, or for a single repeat over its rows. */
  readonly interval: (Interval & { readonly over: 'repeats' | 'rows' }) | null;
  /** Values that are in no statistics. */
  readonly leftOut: LeftOut;
}

/** One quantity recorded by all instances of one role, by trial number, warm-ups and incomplete trials included. */
export interface RecordedQuantity {
  readonly role: string;
  readonly quantity: string;
  readonly trials: ReadonlyMap<number, Description>;
}

/** What the files of one run say, condensed. */
export interface RunMeasures {
  /** In the order of parameter values, then in the order in which roles and metrics were first seen. */
  readonly summaries: readonly MetricSummary[];
  /** In order of first appearance. */
  readonly recorded: readonly RecordedQuantity[];
  /** Metrics that lack values, or whole trials. */
  readonly leftOut: readonly MetricLeftOut[];
  readonly withoutStatistics: readonly ColumnWithoutStatistics[];
}

/** The values of one metric in one trial. */
interface OfTrial {
  readonly distribution: Distribution;
  tally: Tally | null;
}

interface Group {
  readonly role: string;
  readonly of: Source;
  readonly metric: string;
  readonly unit: string | null;
  readonly kinds: Set<string>;
  readonly trials: Map<number, OfTrial>;
  /** Each value is one more than that of the row before; null while there is no row before. */
  isRowNumber: boolean | null;
}

/**
 * Collects the values of one run while its files are read, in little memory no matter how many there are. The only place
 * that computes a figure from them: commands, tables, and reports show the same one.
 */
export class Measures {
  private readonly groups = new Map<string, Group>();
  private readonly excluded = new Map<
    string,
    { role: string; column: string; reason: WithoutStatistics; rows: number }
  >();
  private readonly measured: TrialRecord[][];
  private readonly measuredNumbers: ReadonlySet<number>;

  /** @param budget of this run alone: what is kept of one run must not make the figures of the next less exact */
  constructor(
    private readonly run: RunRecord,
    private readonly budget = new ValueBudget(maxKeptNumbers),
  ) {
    this.measured = measuredTrials(run);
    this.measuredNumbers = new Set(this.measured.flat().map(({ number }) => number));
  }

  /** Returns a function that takes the values of one metric. What is not a finite number is counted as left out. */
  into(
    { role, trial }: Pick<RoleInstance, 'role' | 'trial'>,
    of: Source,
    metric: string,
    unit: string | null,
    kind: string | null = null,
  ): (value: unknown) => void {
    // Every trial has its results in a report; only measured ones are summarized.
    if (of !== 'results' && !this.measuredNumbers.has(trial.number)) return () => undefined;
    const key = JSON.stringify([role, of, metric]);
    const group: Group = this.groups.get(key) ?? {
      role,
      of,
      metric,
      unit,
      kinds: new Set(),
      trials: new Map(),
      isRowNumber: unit === null && of === 'results' ? null : false,
    };
    this.groups.set(key, group);
    if (kind !== null) group.kinds.add(kind);
    const own = group.trials.get(trial.number) ?? {
      distribution: new Distribution(this.budget),
      tally: null,
    };
    group.trials.set(trial.number, own);
    let before: unknown = null;
    return (value) => {
      if (group.isRowNumber !== false && typeof value === 'number') {
        if (typeof before === 'number') group.isRowNumber = value === before + 1;
        before = value;
      }
      if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value)))
        own.distribution.add(value);
      else (own.tally ??= new Tally()).add(value);
    };
  }

  /** Returns a function that counts the rows of a column of results that has no statistics. */
  without(role: string, column: string, reason: WithoutStatistics): () => void {
    const key = JSON.stringify([role, column]);
    const one = this.excluded.get(key) ?? { role, column, reason, rows: 0 };
    this.excluded.set(key, one);
    return () => {
      one.rows += 1;
    };
  }

  condensed(): RunMeasures {
    const groups = [...this.groups.values()];
    const quantities = groups.filter(
      ({ trials, isRowNumber }) => isRowNumber !== true && [...trials.values()].some(hasValues),
    );
    const rows = rowsOf(groups);
    const described = new Map(quantities.map((group) => [group, describedTrials(group)]));
    const found = this.measured.flatMap((trials) =>
      quantities.map((group) => ({
        trials,
        group,
        own: trials.flatMap(({ number }) => group.trials.get(number) ?? []),
      })),
    );
    return {
      summaries: found.flatMap(
        ({ trials, group }) => this.summaryOf(trials, group, described.get(group)) ?? [],
      ),
      recorded: quantities
        .filter(({ of }) => of === 'results')
        .map((group) => ({
          role: group.role,
          quantity: group.metric,
          trials: described.get(group) ?? new Map(),
        })),
      leftOut: found.flatMap(({ trials, group }) => leftOutOf(trials, group, rows)),
      withoutStatistics: [
        ...this.excluded.values(),
        ...groups
          .filter((group) => group.of === 'results' && !quantities.includes(group))
          .map(withoutNumbers),
      ],
    };
  }

  private summaryOf(
    trials: readonly TrialRecord[],
    { role, of, metric, unit, kinds, trials: all }: Group,
    described: ReadonlyMap<number, Description> = new Map(),
  ): MetricSummary | null {
    const own = trials.flatMap(({ number }) => all.get(number) ?? []);
    const repeats = trials.flatMap(({ number }) => described.get(number) ?? []);
    const values = Distribution.together(own.map(({ distribution }) => distribution));
    const repeatMedians = repeats.map(({ median }) => median);
    const repeatMeans = repeats.map(({ mean }) => mean);
    const overRepeats = withSketchError(describe(repeatMedians), values?.exact ?? true);
    const [withinRepeat] = repeats;
    if (values === null || overRepeats === null || withinRepeat === undefined) return null;
    return {
      run: this.run,
      parameters: trials[0]?.parameters ?? {},
      role,
      of,
      metric,
      unit,
      kind: kinds.size === 0 ? null : [...kinds].join('; '),
      repeats: repeats.length,
      repeatMeans,
      repeatMedians,
      overRepeats,
      withinRepeat,
      values,
      interval: intervalOf(repeatMeans, values),
      leftOut: Tally.sum(own.map(({ tally }) => tally)),
    };
  }
}

/** Widens the interval by the error of medians that were read from buckets. */
function withSketchError(described: Description | null, exact: boolean): Description | null {
  if (exact || described?.interval == null) return described;
  const { interval, min, max } = described;
  const error = sketchError * Math.max(Math.abs(min), Math.abs(max));
  return { ...described, interval: { low: interval.low - error, high: interval.high + error } };
}

function hasValues({ distribution }: OfTrial): boolean {
  return distribution.n > 0;
}

function describedTrials({ trials }: Group): Map<number, Description> {
  return new Map(
    [...trials].flatMap(([number, { distribution }]) => {
      const description = distribution.describe();
      return description === null ? [] : [[number, description] as const];
    }),
  );
}

function leftOutOf(
  trials: readonly TrialRecord[],
  { role, of, metric, trials: all }: Group,
  rows: RowsOf,
): MetricLeftOut[] {
  const own = trials.flatMap(({ number }) => all.get(number) ?? []);
  const leftOut = Tally.sum(own.map(({ tally }) => tally));
  const n = own.reduce((sum, { distribution }) => sum + distribution.n, 0);
  const having = new Set([...all].filter(([, one]) => hasValues(one)).map(([number]) => number));
  const missing = missingIn(of === 'roles' ? [] : trials.map(({ number }) => number), having, (trial) =>
    rows(role, of, trial),
  );
  if (leftOut.values === 0 && missing.missingTrials.length === 0) return [];
  return [{ role, of, metric, parameters: trials[0]?.parameters ?? {}, n, leftOut, ...missing }];
}

/** A column of results that counts its rows, or has not a single number. */
function withoutNumbers({ role, metric, trials, isRowNumber }: Group): ColumnWithoutStatistics {
  if (isRowNumber === true) {
    const rows = [...trials.values()].reduce((sum, { distribution }) => sum + distribution.n, 0);
    return { role, column: metric, reason: 'row number', rows };
  }
  const { kinds, values } = Tally.sum([...trials.values()].map(({ tally }) => tally));
  const reasons = ['text', 'nested', 'true or false', 'not finite'] as const;
  return { role, column: metric, reason: reasons.find((kind) => kinds[kind] > 0) ?? 'empty', rows: values };
}

/** Rows of one repeat are not independent, so the interval of the mean is taken over the repeats. */
function intervalOf(means: readonly number[], values: Distributed): MetricSummary['interval'] {
  if (means.length < 2) return values.interval && { ...values.interval, over: 'rows' };
  const over = new Running();
  for (const mean of means) over.add(mean);
  const interval = meanInterval(over);
  return interval && { ...interval, over: 'repeats' };
}
