export {
  type Combination,
  combinationsOf,
  mainQuantity,
  measuredTrials,
  type Outcome,
} from './combinations.js';
export { durationText } from './duration.js';
export { unitOf } from './quantity.js';
export { Recorded, type RecordedQuantity } from './recorded.js';
export { type MetricSummary, Repeats } from './repeats.js';
export { type ResultMedians, resultMedians } from './result-medians.js';
