/** Escaped HTML, tables and numbers for the page. */
export { digits, withUnit } from '../drawing/index.js';
export { dataTable } from './data-table.js';
export { json, Markup, markup, raw } from './markup.js';
export { writtenUnit as unitOf } from '../../../summaries/index.js';
export { labelOf, wordsOf } from './numbers.js';
