/** Virtual devices on this machine. */
export { parseMemory, parseRate, rateText } from './lab-plan.js';
export { Lab, type LabStatus } from './lab.js';
