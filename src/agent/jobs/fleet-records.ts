import {
  type BatchSize,
  batchSizeRecord,
  batchSizeSubject,
  type DrainRecord,
  drainRecord,
  drainSubject,
  type Pool,
  poolRecord,
  poolSubject,
} from '../../fleet/index.js';
import { type KeptKind, KeptRecords } from './kept-records.js';

export type Pools = KeptRecords<Pool>;
/** The sizes of batches that were set, by model. */
export type BatchSizes = KeptRecords<BatchSize>;

/** The members that get no tasks, by id. */
export type DrainRecords = KeptRecords<DrainRecord>;

/** What the fleet keeps for its jobs beside them. */
export interface FleetRecords {
  pools: Pools;
  batchSizes: BatchSizes;
  drains: DrainRecords;
}

const poolKind: KeptKind<Pool> = {
  what: 'pool',
  subjectOf: poolSubject,
  parse: (value) => poolRecord.parse(value),
};

const batchSizeKind: KeptKind<BatchSize> = {
  what: 'batch size of the model',
  subjectOf: batchSizeSubject,
  parse: (value) => batchSizeRecord.parse(value),
};

const drainKind: KeptKind<DrainRecord> = {
  what: 'drain of the member',
  subjectOf: drainSubject,
  parse: (value) => drainRecord.parse(value),
};

type Parts = ConstructorParameters<typeof KeptRecords>;

export function fleetRecords(broker: Parts[0], context: Parts[1]): FleetRecords {
  return {
    pools: new KeptRecords(broker, context, poolKind),
    batchSizes: new KeptRecords(broker, context, batchSizeKind),
    drains: new KeptRecords(broker, context, drainKind),
  };
}
