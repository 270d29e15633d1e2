export {
  type Asks,
  type BundleEvent,
  type ExportedBundle,
  exportBundle,
  type ImportedSource,
  type ImportPlan,
  importSource,
  type OpenedSource,
  openSource,
  planImport,
} from './bundles/index.js';
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
export { type LiveRole, LiveRun, type RunEvent } from './events/index.js';
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
export {
  type Changes,
  listExperiments,
  type ListedExperiment,
  type Provenance,
  readProvenance,
} from './kept/index.js';
export type { RunPlan } from './plan/index.js';
export { planRunRemoval, type RemovalRequest, removeRuns, type RunRemoval } from './removal/index.js';
export { runToReplicate } from './replicate/index.js';
export {
  type PreparedRun,
  prepareRun,
  resumeRun,
  runExperiment,
  type RunResult,
  type StoppedRun,
  stopRun,
  userHere,
} from './run/index.js';
export { neededData, neededDataElsewhere } from './stage/index.js';
export {
  initWorkspace,
  type InitOptions,
  type InitResult,
  newExperiment,
  type TemplateName,
  templates,
} from './templates/index.js';
