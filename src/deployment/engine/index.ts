/** The contract of a container engine, and Docker's engine behind it. */
export { stepOf } from './build-lines.js';
export { type ControllerEngine, controllerEngine } from './controller-engine.js';
export { openDeviceTerminal } from './device-terminal.js';
export { deviceEngine, localEngine, localProxies } from './dockerode.js';
export { eachEngine } from './each-engine.js';
export type { ContainerSpec, ContainerState, Engine, HostName, Resolver } from './engine.js';
export type { EngineImage, ImageStore, RunConfig } from './image-engine.js';
export { withoutLogins } from './proxies.js';
export { reachAll, type Reached } from './reach.js';
