/** Base images: as one file to move between machines, and onto devices as they are. */
export { checkBaseFile } from './check-base-file.js';
export { deliverBase, planBase } from './deliver-base.js';
export type { BasesEvent } from './events.js';
export { exportBases } from './export-bases.js';
export { importBases } from './import-bases.js';
