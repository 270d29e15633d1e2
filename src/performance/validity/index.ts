export type { InstanceEvidence } from './evidence.js';
export { judge, type Validity } from './validity.js';
