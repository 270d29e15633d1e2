/** Virtual devices on this machine. */
export { parseMemory, parseRate, rateText } from './lab-plan.js';
export type { LabEvent } from './events.js';
export { Lab, type LabStatus } from './lab.js';
