export { addDevice } from './add-device.js';
export { assembleLan, type SetupFailure } from './assemble-lan.js';
export { editDevice } from './edit-device.js';
export type { Entrance } from './enroll-all.js';
export type { EnrollEvent, EnrollTarget } from './enroll.js';
export { type ResolveEvent, resolveTargets } from './resolve-targets.js';
export { letDevicesIn, savedDevices, saveLan, setupLan } from './setup-lan.js';
