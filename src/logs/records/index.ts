/** The schemas of everything that a run's folder holds, and where each file is. */
export {
  type BoardState,
  type ClockOffset,
  type DeviceClock,
  type Overhead,
  overhead,
  overheadFigures,
  type OverheadFigures,
} from './device-records.js';
export { eventRecord, type EventRecord } from './event-record.js';
export {
  type FindAgainEvent,
  journalEvent,
  type JournalEvent,
  type JournaledDataEvent,
  type JournaledDeliveryEvent,
  type JournaledLayerEvent,
  type LeaseEvent,
  type RunStarted,
} from './events/index.js';
export { parseJsonLine } from './json-text.js';
export {
  attemptName,
  processName,
  warmFolder,
  type AttemptOf,
  journalFile,
  labelsFile,
  newestAttempt,
  replicationFile,
  reportsFolder,
  roleFiles,
  roleFolder,
  runFile,
} from './layout.js';
export { linePieces, openIfThere, type TextPiece } from './line-pieces.js';
export { notFiniteIn, notFiniteKey } from './json-text.js';
export { LineRecords, type LinesReport, type RecordShape } from './line-records.js';
export { knownMetrics, knownSample, knownTotal } from './metrics.js';
export {
  imageFile,
  type ImageFile,
  packageLists,
  type PackageLists,
  type PackagesSummary,
  type PythonRecord,
} from './package-records.js';
export { placementOf, type PlacementRecord } from './placement-record.js';
export { orderedHow, orderIn, roleFileText, type RoleOrder } from './role-file.js';
export {
  type ExitRecord,
  exitRecord,
  processRecord,
  type ResultRecord,
  resultShape,
  sampleRecord,
  type SampleRecord,
  sampleShape,
  type SpanRecord,
  spanShape,
  stateRecord,
  type StateRecord,
  type Total,
} from './role-records.js';
export { noLabels, type RunLabels, runLabels } from './run-labels.js';
export { type ReplicationRecord, replicationRecord } from './replication-record.js';
export {
  controllerRecord,
  type ControllerRecord,
  type RunRecord,
  runRecord,
  type SweepRecord,
  type TrialLoad,
  type TrialRecord,
  type TrialState,
} from './run-record.js';
