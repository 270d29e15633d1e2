import type { ResultRecord, SpanRecord } from '../../logs/index.js';
import type { RoleInstance } from './role-instance.js';
import type { ScannedRecords, ScannedSamples } from './scan.js';

/** One role instance of one trial with its long files, which have been passed over once. */
export interface ReadInstance {
  readonly instance: RoleInstance;
  readonly samples: ScannedSamples;
  readonly results: ScannedRecords<ResultRecord>;
  readonly spans: ScannedRecords<SpanRecord>;
}
