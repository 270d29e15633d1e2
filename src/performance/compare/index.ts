/** Compares two or more runs: what differed in their settings, and which metrics changed. */
export { type ComparisonOfMany, compareMany, type RunOfMany, tooFewRuns } from './compare-many.js';
export { compareRuns, type Comparison } from './compare.js';
export type { AgainstBaseline, FigureOfRun, MetricOfMany } from './metrics-of-many.js';
export type { MetricComparison } from './compared-metrics.js';
export { type Disturbance, disturbanceOf } from './disturbance.js';
export { isPrimary, missingOf, type PrimaryChoice, primaryChoice, requireMetrics } from './families.js';
export { combinationsOfAll, matched, measuredOf, type MetricPair, type MissingMetric } from './pairs.js';
export { differences } from './settings.js';
