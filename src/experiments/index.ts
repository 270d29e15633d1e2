export {
  durationInstead,
  Experiment,
  type Fault,
  formatBytes,
  formatFault,
  loadExperiment,
  parseDurationS,
  sharedNames,
  sharedNameText,
  validateExperiment,
} from './definition/index.js';
export type { RunEvent } from './events/index.js';
export {
  buildImages,
  dependencyImages,
  neededElsewhere,
  type NeededElsewhere,
  neededImages,
  type Pushed,
  pushImages,
  pushImagesTo,
} from './images/index.js';
export type { RunPlan } from './plan/index.js';
export { runToReplicate } from './replicate/index.js';
export {
  type PreparedRun,
  prepareRun,
  resumeRun,
  runExperiment,
  type RunResult,
  type StoppedRun,
  stopRun,
} from './run/index.js';
export { neededData, neededDataElsewhere } from './stage/index.js';
