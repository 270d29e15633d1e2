/** A run again in another lab: which run is meant. */
export { type Original, runToReplicate } from './run-to-replicate.js';
