/** What a run will do: decisions about placement, trials, ports, images and data. Everything here is pure. */
export { fillCommand } from './fill-command.js';
export { hostNames } from './host-names.js';
export { type InstancePlan, planInstances, type RoleInstance } from './peers.js';
export { parsePins, type Pin } from './pins.js';
export { notPlaceable, place, type PlaceOptions } from './placement.js';
export { dataChanges, imageChanges } from './plan-changes.js';
export { planDataNeeds } from './plan-data.js';
export { type DeviceImagePlan, type KnownImage, type KnownImages, missingOn } from './plan-images.js';
export { parseSet } from './parse-set.js';
export { type PlannedTrials, planTrials, type TrialOverrides } from './plan-trials.js';
export type { PlannedTrial } from './trial-order.js';
export { overridesAgain, trialsAgain } from './trials-again.js';
export { type Learned, planRun, type RunPlan, type SweepOverrides } from './run-plan.js';
