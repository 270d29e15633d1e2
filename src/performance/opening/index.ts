export { type OpenOptions, Performance } from './performance.js';
export { type RunOverview, runOverview } from './run-overview.js';
