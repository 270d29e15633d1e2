export { type OpenOptions, Performance } from './performance.js';
export { runOverview, type RunOverview } from './run-overview.js';
