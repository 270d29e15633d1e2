/** Commands that fix what a device lacks. */
export { applyRemedies } from './apply-remedies.js';
export type { FixEvent } from './events.js';
export { clockLimitMs, clockNoteMs, leastDiskBytes, leastHomeBytes, planRemedies } from './plan-remedies.js';
export { commandText, type Remedy } from './remedy.js';
