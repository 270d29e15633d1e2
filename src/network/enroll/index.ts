/** Adds devices to LANs and changes them. */
export { addDevice } from './add-device.js';
export { assembleLan, type SetupFailure } from './assemble-lan.js';
export { editDevice } from './edit-device.js';
export type { EnrollPrompts } from './enroll-all.js';
export type { EnrollEvent, EnrollTarget } from './enroll.js';
export { type ResolveEvent, resolveTargets } from './resolve-targets.js';
export { enrollDevices, savedDevices, saveLan, setupLan } from './setup-lan.js';
