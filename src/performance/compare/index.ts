export { compareRuns, type Comparison, type MetricComparison } from './compare.js';
