/** Listing and pruning the images that collab made on a device. */
export { type DeviceImage, deviceImages } from './device-images.js';
export { planPrune, type PrunePlan } from './plan-prune.js';
export { prune, type Pruned } from './prune.js';
