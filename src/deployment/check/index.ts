/** Checks whether devices are ready for a run. */
export { type Access, accessBeforeSaving, accessByLan } from './access.js';
export { checkDevices, type Checked, fixDevices } from './check-devices.js';
export { type Hindrance, hindranceOf } from './hindrance.js';
export type { DeviceCheck } from './judge.js';
