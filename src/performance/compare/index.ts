/** Compares two runs: what differed in their settings, and which metrics changed. */
export { compareRuns, type Comparison } from './compare.js';
export type { MetricComparison } from './compared-metrics.js';
export { type Disturbance, disturbanceOf } from './disturbance.js';
export { isPrimary, missingOf, type PrimaryChoice, primaryChoice, requireMetrics } from './families.js';
export { combinationsOfBoth, matched, type MetricPair, type MissingMetric } from './pairs.js';
export { differences } from './settings.js';
