import type { LinesReport, RunRecord } from '../../logs/index.js';
import type { ColumnWithoutStatistics, MetricLeftOut, RecordedQuantity } from '../summaries/index.js';
import type { RoleInstance, ScannedSamples, WrittenFiles } from '../reading/index.js';

/** What validity checks need from one role instance of one trial. */
export interface InstanceEvidence {
  readonly instance: RoleInstance;
  readonly samples: Pick<
    ScannedSamples,
    'records' | 'longestGapS' | 'firstS' | 'lastS' | 'metrics' | 'usedCpu'
  >;
  /** Number of spans that it recorded. */
  readonly spans: number;
  /** Number of spans with a field `frame`, and of those with a negative duration. */
  readonly frameSpans: { readonly all: number; readonly negative: number };
  /** Whether its files are those that its wrapper left. */
  readonly written: WrittenFiles;
  /** Name of each long file, with what was skipped while reading it. */
  readonly files: readonly (readonly [string, LinesReport])[];
}

/** Everything that a verdict is based on: the run's record and the first pass over its files. */
export interface RunEvidence {
  readonly run: RunRecord;
  readonly instances: readonly InstanceEvidence[];
  readonly recorded: readonly RecordedQuantity[];
  readonly leftOut: readonly MetricLeftOut[];
  readonly withoutStatistics: readonly ColumnWithoutStatistics[];
}

/** Whether its command was not started, so that nothing of it was measured. */
export function neverStarted({ reason }: NonNullable<InstanceEvidence['instance']['exit']>): boolean {
  return reason === 'not-started' || reason === 'prepare-failed';
}
