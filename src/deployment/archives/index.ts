/** Deterministic tars, and the files that go into them. */
export { filesBelow, folderFiles } from './folder-files.js';
export { tarHeader } from './tar-header.js';
export { contentOf, eachTarFile, tarEntries, type TarFile, tarOf } from './tar.js';
export { wrapperFiles } from './wrapper-files.js';
