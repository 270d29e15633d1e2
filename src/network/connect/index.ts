export {
  type Answer,
  connectDevices,
  type ConnectDevicesOptions,
  connectKnown,
  onEachDevice,
} from './connect-devices.js';
export { type DeviceFailure, eachDevice } from './each-device.js';
export type { FindAgainEvent } from './find-again.js';
