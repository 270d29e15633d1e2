/** Everything that can be learned from finished or running runs: tables, statistics, validity, comparison and reports. */
export {
  type ColumnWithoutStatistics,
  type Combination,
  durationText,
  figureOf,
  figuresText,
  lackingText,
  leftOutText,
  mainQuantity,
  type MetricLeftOut,
  type MetricSummary,
  numberText,
  quantitiesOf,
  mostValues,
  spreadText,
  type Usage,
} from './summaries/index.js';
export {
  type AgainstBaseline,
  compareMany,
  compareRuns,
  type Comparison,
  type ComparisonOfMany,
  type Disturbance,
  type FigureOfRun,
  type MetricComparison,
  type MetricOfMany,
  type RunOfMany,
  tooFewRuns,
} from './compare/index.js';
export type { ColumnType, PerformanceEvent, Value } from './reading/index.js';
export { type OpenedRun, type Row, type Table, type TableName, tableNames } from './tables/index.js';
export { stoppedCoverage } from './statistics/index.js';
export {
  type OpenOptions,
  Performance,
  earlyStopNote,
  readFacts as readRunFacts,
  repeatJudge,
  type RunFacts,
  runOverview,
  type RunOverview,
  withVerdict,
} from './opening/index.js';
export {
  reportFormat,
  type ReportFormat,
  readerLine,
  reportFormats,
  usualFormats,
  writeComparison,
  type WriteOptions,
  writeReport,
  type WrittenReport,
} from './reports/index.js';
export { overviewsOf, type RunOrder, type RunSelection, selectRuns } from './listing/index.js';
export { judgeReplication, usualWithin } from './replication/index.js';
export { readSeries, type Series } from './series/index.js';
export { type Validity, verdictText } from './validity/index.js';
