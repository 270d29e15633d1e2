/** Compares two runs: what differed in their settings, and which metrics changed. */
export { compareRuns, type Comparison, type MetricComparison } from './compare.js';
export type { Disturbance } from './disturbance.js';
