/** How roles are run on devices: the registry of runtimes, and the copy of a role's folder on the controller. */
export { clearRunFolder } from './clear-run-folder.js';
export { endContainers, endListeners, endWrappers, endWrappersBelow } from './end-roles.js';
export { type HostDevices, judgeHostDevice, lookAtHostDevices } from './host-devices.js';
export { followEveryMs, Mirror } from './mirror.js';
export { News } from './news.js';
export { keepOwnFolderOutOfGit, ownFolder } from './own-folder.js';
export { lanRuntime, localRuntime, runtimes } from './registry.js';
export { containerName, gpuGroups, longestHostName } from './docker.js';
export { SharedFiles, wrapperIn } from './shared-files.js';
export { type WarmParts, WarmRuntime } from './warm/warm-runtime.js';
export { WarmTrial } from './warm/warm-trial.js';
export { stopLeftBehind } from './stop-left-behind.js';
export {
  dataPath,
  venvPath,
  deviceRunFolder,
  outputsPath,
  type PreparedRole,
  type RoleOrder,
  type RolePlace,
  type RoleStart,
  type RunningRole,
  type Runtime,
  type RuntimeName,
} from './runtime.js';
