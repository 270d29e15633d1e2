export { type DeviceOverhead, measureOverheads } from './measure-overheads.js';
export { savedOverheads } from './overhead-store.js';
