/** Condenses recorded values into one summary per metric, role and combination of parameter values. */
export {
  type Combination,
  combinationsOf,
  mainQuantity,
  measuredTrials,
  type Outcome,
} from './combinations.js';
export { durationText } from './duration.js';
export { Recorded, type RecordedQuantity, unitOf } from './recorded.js';
export { type MetricSummary, Repeats } from './repeats.js';
export { resultMedians, type ResultMedians } from './result-medians.js';
