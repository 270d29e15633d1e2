export { DockerRuntime } from './docker.js';
export { HostSampler } from './host-sampler.js';
export { Mirror } from './mirror.js';
export { ProcessRuntime } from './process.js';
export { deviceRunFolder, type RoleOrder, type RunningRole, type Runtime } from './runtime.js';
