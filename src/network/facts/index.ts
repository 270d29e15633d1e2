/** Reads the facts and the current settings of devices and of this machine. */
export { architectures, suggestArchitecture } from './architectures.js';
export { ownArchitecture } from './limits.js';
export { readBoardState } from './board-state.js';
export { readControllerFacts } from './controller-facts.js';
export { type DeviceFacts, deviceFacts } from './device-facts.js';
export { hostOnlySensors } from './host-sensors.js';
export { type PortsInUse, portsInUse } from './ports-in-use.js';
export { type LoadCounters, readLoad, readOwnLoad } from './load.js';
export { readNeighbors } from './neighbors.js';
export { readFacts } from './read-facts.js';
export { SessionCpu } from './session-cpu.js';
