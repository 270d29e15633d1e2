/** Measuring what the wrapper costs on a device. */
export { type DeviceOverhead, measureOverheads, type OverheadEvent } from './measure-overheads.js';
export { savedOverheads } from './overhead-store.js';
