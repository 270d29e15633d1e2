export { planOf, type PreparedRun, prepareRun } from './prepare.js';
export { runExperiment, type RunResult } from './run.js';
