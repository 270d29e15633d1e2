export { type InstancePlan, planInstances, type RoleInstance, startOrder } from './peers.js';
export { parsePins, type Pin } from './pins.js';
export { notPlaceable, place, type PlaceOptions } from './placement.js';
export { parseSet, type PlannedTrial, planTrials } from './plan-trials.js';
export type { RunPlan } from './run-plan.js';
