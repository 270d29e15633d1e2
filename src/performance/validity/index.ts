/** Checks whether the numbers of a run can be relied on. */
export type { InstanceEvidence } from './evidence.js';
export { otherLoadOf } from './load.js';
export type { OtherLoad } from './machine-load.js';
export { judge, type Validity } from './validity.js';
