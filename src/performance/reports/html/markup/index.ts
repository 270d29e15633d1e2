/** Escaped HTML, tables and numbers for the page. */
export { digits, withUnit } from '../drawing/index.js';
export { dataTable } from './data-table.js';
export { json, Markup, markup, raw } from './markup.js';
export { labelOf, unitOf, wordsOf } from './numbers.js';
