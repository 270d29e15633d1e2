/** Runs tasks of jobs on the device of the agent. */
export { ownDevice } from './own-device.js';
export { Worker } from './worker.js';
