/** Escaped HTML, tables and numbers for the page. */
export { dataTable } from './data-table.js';
export { json, Markup, markup, raw } from './markup.js';
export { writtenUnit as unitOf } from '../../../summaries/index.js';
export { digits, labelOf, withUnit } from './numbers.js';
