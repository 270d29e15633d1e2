/** The events of a run, which of them its journal keeps, and what a live view shows of them. */
export { type LiveRole, LiveRun } from './live-run.js';
export { isTransient, type RunEvent } from './run-event.js';
