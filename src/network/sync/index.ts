/** Sends folders to devices and keeps them up to date. */
export { sha256, remoteSums } from './content.js';
export { readLocalTree } from './local-tree.js';
export type { SyncEvent } from './events.js';
export type { SyncStep } from './plan.js';
export { readRemoteTree } from './remote-tree.js';
export { hasRsync } from './rsync.js';
export { type DeviceSynced, syncDevice } from './sync-device.js';
export { syncDevices } from './sync.js';
export { isExcluded, type TreeEntry } from './tree.js';
