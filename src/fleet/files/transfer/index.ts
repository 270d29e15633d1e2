/** Files and folders of this machine into a store, and back. */
export type { TransferContext } from './context.js';
export type { FileTree } from './file-tree.js';
export { getFiles, getTo } from './get-to.js';
export { getVersions, joinedVersions } from './get-versions.js';
export { readLocalTree } from './local-tree.js';
export { putPath, putTree } from './put-path.js';
export { readStoreTree } from './store-tree.js';
export { isZip, readZipTree } from './zip-tree.js';
