/** Opens run folders as a `Performance`, and reads the one-line overview of a run. */
export { type OpenOptions, Performance } from './performance.js';
export { type RunOverview, runOverview } from './run-overview.js';
