/** Devices, and the LANs that a workspace saves. */
export { Controller } from './controller.js';
export { type ConnectedDevice, Device, deviceName, nameFrom, type ReachOptions } from './device.js';
export { checkLanName, forgetInLans, LanStore } from './lan-store.js';
export { isSamePlace, LAN, sameHostKey, uniqueName } from './lan.js';
export { type DevicePick, pickDevices } from './pick-devices.js';
