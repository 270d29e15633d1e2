import type { RunRecord } from '../../logs/index.js';
import type { Combination, RecordedQuantity } from '../summaries/index.js';
import type { ReadInstance } from '../reading/index.js';
import type { Validity } from '../validity/index.js';

/** One run of a performance. */
export interface OpenedRun {
  readonly folder: string;
  readonly record: RunRecord;
  /** What is missing, broken or not certain. */
  readonly notes: readonly string[];
  /** In the order of the trials, then of the placement. */
  readonly instances: readonly ReadInstance[];
  /** Whether the numbers can be relied on, as far as the log tells. */
  readonly validity: Validity;
  /** What each combination of parameter values came to. */
  readonly combinations: readonly Combination[];
  /** What each trial came to: quantities as roles recorded them. */
  readonly recorded: readonly RecordedQuantity[];
}
