export type { Unlocked } from './hand-lock.js';
export { deviceBusy, timeText } from './lease-errors.js';
export { LeaseSet } from './lease-set.js';
export { lockDevices, type Locked, unlockDevices } from './lock-devices.js';
export { refuseHeld } from './refuse-held.js';
export { type Occupant, showLease } from './show-lease.js';
