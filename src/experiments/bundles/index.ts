/** Experiments as files to share: written without secrets, and checked whole before anything of them is used. */
export type { Asks } from './asks.js';
export type { BundleEvent } from './events.js';
export { type ExportedBundle, exportBundle } from './export-bundle.js';
export { type ImportedSource, type ImportPlan, importSource, planImport } from './import-source.js';
export { type OpenedSource, openSource } from './open-source.js';
