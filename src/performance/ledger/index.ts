/** The frame ledger: where the time of each frame went, across all devices. */
export type { Amount } from './amount.js';
export { framesTable } from './frames-table.js';
export { framesOfTrials, trialColumnsOf } from './frames.js';
export { LedgerAverager, type LedgerMeans } from './ledger-means.js';
export { type Timeline, timelineOf } from './timeline.js';
