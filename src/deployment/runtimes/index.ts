/** How roles are run on devices: the registry of runtimes, and the copy of a role's folder on the controller. */
export { clearRunFolder } from './clear-run-folder.js';
export { followEveryMs, Mirror } from './mirror.js';
export { lanRuntime, localRuntime, runtimes } from './registry.js';
export {
  deviceRunFolder,
  type RoleOrder,
  type RoleStart,
  type RunningRole,
  type Runtime,
  type RuntimeName,
} from './runtime.js';
