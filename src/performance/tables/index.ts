/** The tables of a report: runs, trials, roles, results, spans, samples and so on, with their columns. */
export { LeadingColumns, spanColumns, uniqueNames } from './columns.js';
export { devicesTable } from './devices.js';
export { eventsTable } from './events.js';
export { metricsTable } from './metrics.js';
export type { OpenedRun } from './opened-run.js';
export { processesTable } from './processes.js';
export { resultsTable, spansTable } from './records.js';
export { countColumns, exitColumns, metricColumns, repeatTotals, rolesTable } from './roles.js';
export { replicationTable } from './replication.js';
export { runsTable } from './runs.js';
export { longSamplesTable, samplesTable } from './samples.js';
export { summaryColumns, summaryTable } from './summary.js';
export { type Column, type Row, streamed, type Table, type TableName, tableNames } from './table.js';
export { trialsTable, trialStateColumns } from './trials.js';
export { validityTable } from './validity.js';
export { trialSeconds } from './wall-time.js';
