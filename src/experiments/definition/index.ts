/** experiment.yaml and its folder: read, checked, and resolved. */
export { Experiment } from './experiment.js';
export { type Fault, formatFault } from './faults.js';
export { loadExperiment, validateExperiment } from './load-experiment.js';
export { type Protocol, protocolsOf } from './port.js';
export { formatBytes, parseDurationS } from './quantities.js';
export type {
  DeviceConstraint,
  ExperimentDefinition,
  ParameterDefinition,
  RoleDefinition,
} from './resolve.js';
export { maxTrials, type Scalar } from './schema.js';
export { didYouMean } from './similar.js';
