/** Checks whether the numbers of a run can be relied on. */
export type { InstanceEvidence } from './evidence.js';
export { otherLoadOf, type TrialOtherLoad } from './load.js';
export { type OtherLoad, share } from './machine-load.js';
export { judge, type Validity, verdictText } from './validity.js';
export { hasLostRows, isIncomplete } from './whole.js';
