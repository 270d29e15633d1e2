/** Opens run folders as a `Performance`, and reads the one-line overview of a run. */
export { earlyStopNote } from './early-stop-note.js';
export { repeatJudge } from './judge-repeats.js';
export { type OpenOptions, Performance } from './performance.js';
export { readFacts, type RunFacts, type RunOverview, runOverview, withVerdict } from './run-overview.js';
