/** A run again in another lab: which run is meant. */
export { runToReplicate } from './run-to-replicate.js';
