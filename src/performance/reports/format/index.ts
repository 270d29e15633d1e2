/** What a report format is, and what all formats share. */
export type { ReportFormat, ReportJob } from './format.js';
export {
  columnsOf,
  mainFile,
  mainTable,
  pythonLine,
  pythonList,
  pythonText,
  shellText,
  typedColumns,
} from './load-line.js';
export { type ResultsColumn, resultsRows } from './results-rows.js';
export { sourceLines, textTable, type TextTable } from './text-table.js';
export { writeWhole } from './whole-files.js';
