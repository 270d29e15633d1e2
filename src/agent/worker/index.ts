/** Runs tasks of jobs on the device of the agent. */
export type { OwnDoor } from './task-start.js';
export type { EnvironmentPlace } from './environments.js';
export { DeviceUse } from './device-use.js';
export { containerDevice, ownCapabilities, processDevice } from './own-device.js';
export { TaskImages } from './task-images.js';
export { Worker, type WorkerParts } from './worker.js';
