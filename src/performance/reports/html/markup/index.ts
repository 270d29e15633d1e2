/** Escaped HTML, tables and numbers for the page. */
export { dataTable } from './data-table.js';
export { json, Markup, markup, raw } from './markup.js';
export { digits, labelOf, unitOf, withUnit } from './numbers.js';
