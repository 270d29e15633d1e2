import type { LinesReport, RunRecord } from '../../logs/index.js';
import type { RecordedQuantity } from '../summaries/index.js';
import type { RoleInstance, ScannedSamples } from '../reading/index.js';

/** What one role instance of one trial left, as far as validity goes. */
export interface InstanceEvidence {
  readonly instance: RoleInstance;
  readonly samples: Pick<ScannedSamples, 'records' | 'longestGapS' | 'metrics'>;
  /** Spans that it recorded. */
  readonly spans: number;
  /** Name of each long file, with what its reading had to leave out. */
  readonly files: readonly (readonly [string, LinesReport])[];
}

/** All that a verdict rests on: the run's record and what one pass over its files saw. */
export interface RunEvidence {
  readonly run: RunRecord;
  readonly instances: readonly InstanceEvidence[];
  readonly recorded: readonly RecordedQuantity[];
}
