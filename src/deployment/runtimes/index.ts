/** How roles are run on devices: the registry of runtimes, and the copy of a role's folder on the controller. */
export { clearRunFolder } from './clear-run-folder.js';
export { type HostDevices, judgeHostDevice, lookAtHostDevices } from './host-devices.js';
export { followEveryMs, Mirror } from './mirror.js';
export { keepOwnFolderOutOfGit, ownFolder } from './own-folder.js';
export { lanRuntime, localRuntime, runtimes } from './registry.js';
export { longestHostName } from './docker.js';
export { stopLeftBehind } from './stop-left-behind.js';
export {
  dataPath,
  deviceRunFolder,
  outputsPath,
  type RoleOrder,
  type RoleStart,
  type RunningRole,
  type Runtime,
  type RuntimeName,
} from './runtime.js';
