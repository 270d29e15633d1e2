/** Judges whether a run has the results of another one that it replicates, and what may explain why not. */
export { judgeReplication, usualWithin } from './judge-replication.js';
