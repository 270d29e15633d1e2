export { Journal } from './journal/index.js';
export { type BoardState, type ClockOffset, type DeviceClock, eventRecord, type EventRecord, type ExitRecord, exitRecord, journalFile, knownMetrics, knownSample, knownTotal, type LinesReport, type Overhead, overhead, overheadFigures, type PlacementRecord, processRecord, type RecordShape, reportsFolder, type ResultRecord, resultShape, roleFiles, roleFolder, runFile, type RunRecord, type SpanRecord, spanShape, stateRecord, type StateRecord, type Total, type TrialRecord } from './records/index.js';
export { findRun, followRun, listRuns, readRunOrRebuild, RoleTails, RunWriter } from './runs/index.js';
export { JsonLines, type SampleBlock, SampleLines } from './samples/index.js';
