/** experiment.yaml and its folder: read, checked, and resolved. */
export { Experiment } from './experiment.js';
export { type Fault, formatFault } from './faults.js';
export { folderId } from './folder.js';
export { nameFault } from './schema.js';
export { type FolderExperiment, readFolder } from './read-folder.js';
export { nameIn } from './shared-names.js';
export { loadExperiment, validateExperiment } from './load-experiment.js';
export { maxInstances } from './count.js';
export { parseRange } from './range.js';
export { parseNumber } from './parameter-values.js';
export { type CommandScope, parametersIn, piecesOf, type Reference, referenceOf } from './placeholders.js';
export { formatBytes } from './quantities.js';
export { type Protocol, protocolsOf } from './port.js';
export type {
  DeviceConstraint,
  ExperimentDefinition,
  RoleDefinition,
  StopRule,
  TrialOrder,
} from './resolve.js';
export { maxSeed, maxTrials, type Scalar } from './sweep-schema.js';
export {
  combinationsOf,
  maxLooked,
  type ParameterDefinition,
  sizeOf,
  type SweepSpace,
  timesText,
} from './sweep-space.js';
export { sharedNames, sharedNameText } from './shared-names.js';
export { didYouMean, durationInstead, parseDurationS } from '../../workspace/index.js';
