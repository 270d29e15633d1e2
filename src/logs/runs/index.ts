export { findRun, listRuns } from './find-run.js';
export { followRun } from './follow-run.js';
export { readRunOrRebuild } from './rebuild-run.js';
export { RoleTails } from './role-tails.js';
export { RunWriter } from './run-writer.js';
