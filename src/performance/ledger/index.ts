export { framesTable } from './frames-table.js';
export { framesOfTrials, trialColumnsOf } from './frames.js';
export { LedgerGathering, type LedgerMeans } from './ledger-means.js';
export { type Timeline, timelineOf } from './timeline.js';
