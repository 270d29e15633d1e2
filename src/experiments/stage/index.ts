export { DeviceStates } from './device-states.js';
export { lanStage } from './lan-stage.js';
export { localStage } from './local-stage.js';
export { neededData } from './needed-data.js';
export type { Stage } from './stage.js';
