/** Writes a performance as a report in one of several formats. */
export type { ReportFormat } from './format/index.js';
export { readerLine } from './reader-line.js';
export { reportFormats, usualFormats } from './registry.js';
export { writeComparison } from './write-comparison.js';
export { reportFormat, type WriteOptions, writeReport, type WrittenReport } from './write-report.js';
