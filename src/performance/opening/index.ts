/** Opens run folders as a `Performance`, and reads the one-line overview of a run. */
export { earlyStopNote } from './early-stop-note.js';
export { repeatJudge } from './judge-repeats.js';
export { type OpenOptions, Performance } from './performance.js';
export { type RunOverview, runOverview } from './run-overview.js';
