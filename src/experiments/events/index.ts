/** The events of a run, and which of them its journal keeps. */
export { isTransient, type RunEvent } from './run-event.js';
