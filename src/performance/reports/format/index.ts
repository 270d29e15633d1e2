export type { ReportFormat, ReportJob } from './format.js';
export { mainFile, pythonText } from './load-line.js';
export { writeWhole } from './whole-files.js';
