/** Where a run takes place: the devices of a LAN, or this machine alone. */
export { connectLan } from './connect-lan.js';
export { DeviceStates } from './device-states.js';
export { localStage } from './local-stage.js';
export { neededData, neededDataElsewhere } from './needed-data.js';
export { type Players, reachPlayers } from './reach-players.js';
export type { ConnectedStage } from './stage.js';
