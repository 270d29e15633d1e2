/** Connects to the devices of a LAN, and finds those whose address has changed. */
export { connectDevices, type ConnectDevicesOptions, onEachDevice } from './connect-devices.js';
export { type Answer, connectKnown } from './connect-known.js';
export { type DeviceFailure, eachDevice } from './each-device.js';
export type { FindAgainEvent } from './find-again.js';
export { keepConnected } from './keep-connected.js';
export { deviceKeys, moveHostKeys, proveHostKey } from './prove-host-key.js';
