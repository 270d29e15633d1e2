/** Runs of a workspace as a list: which of them are meant, and in which order. */
export type { RunOrder } from './run-order.js';
export { overviewsOf, type RunSelection, selectRuns } from './select-runs.js';
