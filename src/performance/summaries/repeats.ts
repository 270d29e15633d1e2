import type { RunRecord, TrialRecord } from '../../logs/index.js';
import type { RoleInstance } from '../reading/index.js';
import {
  type Distributed,
  Distribution,
  type Interval,
  meanInterval,
  ValueBudget,
  Running,
} from '../statistics/index.js';

/** Numbers kept in memory, 32 MB; further ones are counted in narrow buckets. */
const maxKeptNumbers = 4_000_000;

/** One metric of one role at one combination of parameter values, over the measured repeats of a run. */
export interface MetricSummary {
  readonly run: RunRecord;
  readonly parameters: TrialRecord['parameters'];
  readonly role: string;
  /** Where the values come from: totals and sample statistics of roles, rows of results, or durations of a span. */
  readonly of: 'roles' | 'results' | 'spans';
  readonly metric: string;
  readonly unit: string;
  /** Measured, or estimated and how; null if not known. */
  readonly kind: string | null;
  /** Number of trials with a value. */
  readonly repeats: number;
  /** The mean of each repeat, in the order of the trials. */
  readonly repeatMeans: readonly number[];
  /** Over all values of all repeats. */
  readonly values: Distributed;
  /** 95 % interval of the mean: over the means of the repeats, or for a single repeat over its rows. */
  readonly interval: (Interval & { readonly over: 'repeats' | 'rows' }) | null;
}

interface Group {
  readonly instance: RoleInstance;
  readonly of: MetricSummary['of'];
  readonly metric: string;
  readonly unit: string;
  readonly distribution: Distribution;
  readonly ofTrial: Map<number, Running>;
  readonly kinds: Set<string>;
  /** A value was not a number, so this is not a quantity. */
  mixed: boolean;
}

/** Collects values while the files are read, without warm-up repeats and incomplete trials. */
export class Repeats {
  private readonly budget = new ValueBudget(maxKeptNumbers);
  private readonly groups = new Map<string, Group>();

  /** Returns a function that takes the values of one metric: numbers, null for none; anything else is not a quantity. */
  into(
    instance: RoleInstance,
    of: MetricSummary['of'],
    metric: string,
    unit: string,
    kind: string | null = null,
  ): (value: unknown) => void {
    const { trial, run, role } = instance;
    if (trial.warmup || trial.state !== 'complete') return () => undefined;
    const key = JSON.stringify([run.run_id, trial.parameters, role, of, metric]);
    const group = this.groups.get(key) ?? newGroup(instance, of, metric, unit, this.budget);
    this.groups.set(key, group);
    if (kind !== null) group.kinds.add(kind);
    const { distribution, ofTrial } = group;
    const running = ofTrial.get(trial.number) ?? new Running();
    ofTrial.set(trial.number, running);
    return (value) => {
      if (typeof value === 'number') {
        distribution.add(value);
        running.add(value);
      } else if (value !== null && value !== undefined) group.mixed = true;
    };
  }

  /** In the order in which runs, parameter values, roles and metrics were first seen. */
  get summaries(): MetricSummary[] {
    return [...this.groups.values()].flatMap((group) => {
      const values = group.mixed ? null : group.distribution.describe();
      if (values === null) return [];
      const { instance, of, metric, unit, kinds } = group;
      const { run, role } = instance;
      const { parameters } = instance.trial;
      const means = [...group.ofTrial.values()].filter(({ n }) => n > 0);
      const kind = kinds.size === 0 ? null : [...kinds].join('; ');
      return [
        {
          run,
          parameters,
          role,
          of,
          metric,
          unit,
          kind,
          repeats: means.length,
          repeatMeans: means.flatMap(({ mean }) => mean ?? []),
          values,
          interval: intervalOf(means, values),
        },
      ];
    });
  }
}

function newGroup(
  instance: RoleInstance,
  of: MetricSummary['of'],
  metric: string,
  unit: string,
  budget: ValueBudget,
): Group {
  const distribution = new Distribution(budget);
  return { instance, of, metric, unit, distribution, ofTrial: new Map(), kinds: new Set(), mixed: false };
}

/** Rows of one repeat are not independent, so the interval of the mean is taken over the repeats. */
function intervalOf(means: readonly Running[], values: Distributed): MetricSummary['interval'] {
  if (means.length < 2) return values.interval && { ...values.interval, over: 'rows' };
  const over = new Running();
  for (const { mean } of means) if (mean !== null) over.add(mean);
  const interval = meanInterval(over);
  return interval && { ...interval, over: 'repeats' };
}
