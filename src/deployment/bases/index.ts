/** Moving base images between machines as one file. */
export type { BasesEvent } from './events.js';
export { exportBases } from './export-bases.js';
export { importBases } from './import-bases.js';
