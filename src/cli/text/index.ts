export { servedText, tokenText } from './api.js';
export { basesText } from './bases.js';
export { exportedText, importedText, sourceResult, sourceText } from './bundles.js';
export { type Glyphs, glyphsFor, progressBar, sparkline } from './charts.js';
export { cleanedText, cleanNotes, cleanResult, cleanText, nothingText } from './clean.js';
export { experimentsText, shortId } from './experiments.js';
export { provenanceData, provenanceText } from './provenance.js';
export { compareText } from './comparison.js';
export { dashboardText, keeperLinkText } from './dashboard.js';
export { compareManyText } from './comparison-of-many.js';
export { checkText, findingsText } from './device-check.js';
export { controllerLine, deviceFacts, deviceTable, placeOf, setupTable } from './devices.js';
export { throwIfNotRouted, gatewayPlanText, gatewayStatusText } from './gateway.js';
export { fleetCostText } from './fleet-cost.js';
export { drillsText, fleetCheckText } from './fleet-check.js';
export { drainedText, leftText } from './drains.js';
export {
  fleetPlanText,
  fleetStatusText,
  leaseResult,
  loadResult,
  memberInfoText,
  membersText,
} from './fleet.js';
export { imagesData, imagesText, pushedText } from './images.js';
export {
  areEnough,
  assignmentsText,
  changedText,
  countsText,
  endedText,
  jobsText,
  jobText,
  submittedText,
  tasksToShow,
} from './jobs.js';
export { initText } from './init.js';
export { labText } from './lab.js';
export { barsText, outcomesText } from './outcomes.js';
export { overheadText } from './overhead.js';
export { planText } from './plan.js';
export { poolsText, poolText } from './pools.js';
export {
  dataResult,
  dataText,
  removedDataText,
  prunedResult,
  keptNotes,
  keptResult,
  prunedText,
  pruneText,
  refsOf,
  unreadElsewhereNote,
} from './prune.js';
export { fixesText } from './fixes.js';
export { replicationText } from './replication.js';
export { labelsText, overviewText, timeText } from './run-overview.js';
export { runNotes, runsText } from './runs.js';
export { removalQuestion, removalResult, removalText, removedRunsText } from './removal.js';
export { logText, roleLabel } from './log-lines.js';
export { seriesText } from './series.js';
export { manyTrialsText } from './sweep.js';
export {
  countText,
  fileResult,
  filesText,
  gotText,
  holdingsText,
  putText,
  removedText,
  scrubbedText,
  sharesText,
  shareText,
  versionsText,
} from './store.js';
export { storeHealthResult } from './store-health.js';
export { syncDoneText, syncPlanText } from './sync.js';
export { messageText } from './message.js';
export { table } from './table.js';
export { clip, outputWidth, textWidth } from './text-width.js';
export { usageText } from './usage.js';
export { pageFormat, usesOf } from './written-reports.js';
export {
  batchPlacesText,
  batchSizeText,
  lacksWeightsText,
  leftOutText,
  modelsText,
  ratesText,
  submittedInferenceText,
  timesText,
  trainedText,
} from './inference.js';
