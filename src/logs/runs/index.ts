/** Runs on disk: find one, read or rebuild its record, follow it as it goes on, and write it. */
export { findRun, type FoundRun, listRuns } from './find-run.js';
export { findOwnRun, ownRuns } from './own-runs.js';
export {
  broughtFolder,
  imageListIds,
  imageListName,
  imageListsFolder,
  readImageList,
} from './image-lists.js';
export { followRun } from './follow-run.js';
export { type LogChoice, type LogLines } from './log-choice.js';
export { followLogs, readLogs } from './role-logs.js';
export { lookForController, thisController } from './controller.js';
export { isAbandonedRun, readSettledRun } from './settled-run.js';
export { readReplication, writeReplication } from './replication-file.js';
export { RoleTails, type RoleTailEvent } from './role-tails.js';
export { editLabels, firstLabels, type LabelChanges, writeLabels } from './run-labels.js';
export { RunLock } from './run-lock.js';
export { RunWriter } from './run-writer.js';
export { writeWholeRun } from './write-whole-run.js';
