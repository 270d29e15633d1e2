/** Removes runs for good, with what is kept beside them for them alone. */
export { planRunRemoval, type RemovalRequest, type RunRemoval } from './plan-removal.js';
export { removeRuns } from './remove-runs.js';
