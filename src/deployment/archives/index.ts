export { folderFiles } from './folder-files.js';
export { tarHeader } from './tar-header.js';
export { eachTarFile, filesBelow, tarEntries, type TarFile, tarOf } from './tar.js';
export { wrapperFiles } from './wrapper-files.js';
