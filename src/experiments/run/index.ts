/** A whole run: prepared, then all of its trials, recorded in its folder. */
export { type PreparedRun, prepareRun } from './prepare.js';
export type { RunResult } from './carry-out.js';
export { resumeRun } from './resume.js';
export { stopRun, type StoppedRun } from './stop.js';
export { runExperiment } from './run.js';
export { userHere } from './provenance.js';
