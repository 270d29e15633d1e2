/** A whole run: prepared, then all of its trials, recorded in its folder. */
export { type PreparedRun, prepareRun } from './prepare.js';
export { runExperiment, type RunResult } from './run.js';
