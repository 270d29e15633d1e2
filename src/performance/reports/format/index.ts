/** What a report format is, and what all formats share. */
export { mainFile, pythonText, type ReportFormat, type ReportJob } from './format.js';
export { writeWhole } from './whole-files.js';
