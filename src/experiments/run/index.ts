/** Preparing and running an experiment. */
export { type PreparedRun, prepareRun } from './prepare.js';
export { runExperiment, type RunResult } from './run.js';
