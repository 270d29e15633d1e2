/** Files and folders of this machine into a store, and back. */
export type { TransferContext } from './context.js';
export { getFiles, getTo } from './get-to.js';
export { getVersions, joinedVersions } from './get-versions.js';
export { putPath } from './put-path.js';
