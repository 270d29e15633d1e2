/** Self-contained pages: one per run, and one of a comparison. */
export { html } from './html.js';
export { comparisonPage } from './comparison/index.js';
