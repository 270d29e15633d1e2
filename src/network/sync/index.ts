export { sha256, sumsThere } from './content.js';
export { readLocalTree } from './local-tree.js';
export type { SyncEvent } from './events.js';
export type { SyncStep } from './plan.js';
export { readRemoteTree } from './remote-tree.js';
export { hasRsync } from './rsync.js';
export { type DeviceSynced, syncDevice } from './sync-device.js';
export { syncDevices } from './sync.js';
export { isLeftOut, type TreeEntry } from './tree.js';
