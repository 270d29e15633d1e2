/** Measuring what the wrapper costs on a device. */
export { type DeviceOverhead, measureOverheads } from './measure-overheads.js';
export { savedOverheads } from './overhead-store.js';
