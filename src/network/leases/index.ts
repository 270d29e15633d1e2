/** Leases, which reserve devices for one run or user at a time. */
export { fleetClaimant, serviceReason } from './claim.js';
export { endLease } from './end-lease.js';
export { deviceBusy, timeText } from './lease-errors.js';
export type { HeldLease } from './held-lease.js';
export { takeLease } from './take-lease.js';
export { LeaseSet } from './lease-set.js';
export { lockDevices, type Locked, unlockDevices } from './lock-devices.js';
export type { Unlocked } from './manual-lock.js';
export { type Occupant, refuseHeld, showLease } from './show-lease.js';
