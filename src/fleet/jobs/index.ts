/** Jobs: what users submit to the workers of a fleet, task by task. */
export * from './record.js';
export * from './questions.js';
export * from './tasks.js';
export * from './batches.js';
export * from './query-list.js';
export {
  keptEnds,
  maxReplicas,
  type ReplicaState,
  type ServiceEntry,
  serviceNameFault,
  serviceVariable,
  steadyMs,
  type ToldService,
} from './service.js';
export * from './pool.js';
export * from './drain.js';
export { type Held } from './held.js';
export { type LiveJob } from './live-job.js';
export { JobsState, type RemovedJob, type Untold, type UntoldByMqtt } from './jobs-state.js';
export { asItCounts, outcomeOf } from './outcome.js';
export { defaultBase, hasBase, imageOf, type RunsTasks } from './base.js';
export { planRecalls } from './recalls.js';
export { fits, hasTags, planAssignments, type PlannedWorker } from './schedule.js';
export type { AskOptions } from './ask-leader.js';
export type { JobEvent } from './events.js';
export { JobRefused, notYourFiles } from './errors.js';
export { copyJobFiles, ensureJobFolder } from './put-job-files.js';
export { FleetJobs } from './fleet-jobs.js';
export type { JobActs, JobsContext } from './jobs-context.js';
export { inputsOf } from './job-inputs.js';
export { filesFolder, isInStore, type JobSource, nameInStore, openJobSource } from './job-source.js';
export type { JobOutput } from './output.js';
export { writeJobRun } from './write-job-run.js';
export { tasksOfRows, tasksOfSets } from './parameters.js';
export { printedAsked, type PrintedAnswer, printedAtMostBytes } from './printed.js';
export type { TaskLog } from './task-log.js';
export { describedJob, submitSource, submitZip } from './submit-source.js';
export { checkDefinition, type WrittenJob } from './written-job.js';
