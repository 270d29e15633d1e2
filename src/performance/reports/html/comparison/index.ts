/** The page of a comparison of runs. */
export { comparisonPage } from './comparison-page.js';
