/** Jobs: what users submit to the workers of a fleet, task by task. */
export * from './record.js';
export * from './questions.js';
export * from './tasks.js';
export { type Held } from './held.js';
export { type LiveJob } from './live-job.js';
export { JobsState } from './jobs-state.js';
export { outcomeOf } from './outcome.js';
export { hasTags, planAssignments, type PlannedWorker } from './schedule.js';
