export { type DeviceOverhead, measureOverheads, type OverheadEvent } from './measure-overheads.js';
export { savedOverheads } from './overhead-store.js';
