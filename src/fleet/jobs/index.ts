/** Jobs: what users submit to the workers of a fleet, task by task. */
export * from './record.js';
export * from './questions.js';
export * from './tasks.js';
export { type Held } from './held.js';
export { type LiveJob } from './live-job.js';
export { JobsState } from './jobs-state.js';
export { outcomeOf } from './outcome.js';
export { hasTags, planAssignments, type PlannedWorker } from './schedule.js';
export type { AskOptions } from './ask-leader.js';
export type { JobEvent } from './events.js';
export { FleetJobs, type JobActs, type JobOutput, type JobsContext } from './fleet-jobs.js';
export { readJobFile } from './job-file.js';
export { tasksOfRows, tasksOfSets } from './parameters.js';
export type { TaskLog } from './task-log.js';
export { checkDefinition, jobDefinitionOf, type WrittenJob } from './written-job.js';
