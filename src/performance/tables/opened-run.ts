import type { ReplicationRecord, RunRecord } from '../../logs/index.js';
import type {
  Combination,
  ColumnWithoutStatistics,
  MetricLeftOut,
  MetricSummary,
  RecordedQuantity,
  Usage,
} from '../summaries/index.js';
import type { ReadInstance } from '../reading/index.js';
import type { TrialOtherLoad, Validity } from '../validity/index.js';

/** One run of a performance, after the first pass over its files. */
export interface OpenedRun {
  readonly folder: string;
  readonly record: RunRecord;
  /** What is missing, broken or uncertain. */
  readonly notes: readonly string[];
  /** In order of trials, then of the placement. */
  readonly instances: readonly ReadInstance[];
  /** Whether the numbers can be relied on, judging by the log. */
  readonly validity: Validity;
  /** How it compares with the run that it replicates; null if it was not judged. */
  readonly replication: ReplicationRecord | null;
  /** Every metric per combination of parameter values. */
  readonly summaries: readonly MetricSummary[];
  /** What other programs used in each measured trial, by number. */
  readonly otherLoad: ReadonlyMap<number, TrialOtherLoad>;
  /** Results per combination of parameter values. */
  readonly combinations: readonly Combination[];
  /** What each role used per combination of parameter values, whether it recorded results or not. */
  readonly usage: readonly Usage[];
  /** Results per trial: the quantities that roles recorded. */
  readonly recorded: readonly RecordedQuantity[];
  /** Metrics that lack values. */
  readonly leftOut: readonly MetricLeftOut[];
  /** Columns of results that have no statistics. */
  readonly withoutStatistics: readonly ColumnWithoutStatistics[];
}
