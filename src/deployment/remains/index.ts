/** What runs that are over left on devices: looking for it, and removing it. */
export { everywhere } from './everywhere.js';
export { hasWork } from './plan-removal.js';
export { planClean } from './plan-clean.js';
export type { RemainsPlan } from './remains.js';
export { removeRemains } from './remove-remains.js';
