export { Performance } from './performance.js';
export type { ReportFormat } from './reports/format.js';
export { reportFormats } from './reports/registry.js';
export { writeReport } from './reports/write-report.js';
export { resultMedians, type ResultMedians } from './result-medians.js';
export type { Table, Value } from './table.js';
