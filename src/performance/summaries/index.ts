/** Condenses recorded values into one summary per metric, role and combination of parameter values. */
export {
  type ColumnWithoutStatistics,
  headingOf,
  isIdentifier,
  rowTime,
  unitOf,
  writtenUnit,
} from './columns.js';
export { type Combination, combinationsOf, mainQuantity } from './combinations.js';
export { durationText } from './duration.js';
export { type EqualResult, equalOf } from './equal.js';
export { type LeftOut, leftOutText, type MetricLeftOut } from './left-out.js';
export { measuredTrials } from './measured-trials.js';
export { isNamed } from './named-metric.js';
export { Measures, type MetricSummary, type RecordedQuantity } from './measures.js';
export { numberText, spreadText } from './number-text.js';
export { primaryOf } from './primary.js';
export {
  type Figure,
  figureOf,
  figuresText,
  lackingText,
  quantitiesOf,
  type ResultsCell,
  type ResultsRow,
  type ResultsTable,
  resultsTables,
  mostValues,
} from './results-table.js';
export { type Usage, usageOf } from './usage.js';
