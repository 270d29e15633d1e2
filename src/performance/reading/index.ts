/** Reads the files of a role once: states, exit record, clock, and a first pass over samples, results and spans. */
export { hasOneClock } from './clock-of-run.js';
export { deviceFacts } from './device-facts.js';
export { type PerformanceEvent, throttle } from './events.js';
export { goingOnText } from './going-on.js';
export { mostFrameSpans } from './frame-limit.js';
export { Notes } from './notes.js';
export type { RoleClock } from './role-clock.js';
export { compareWritten, type WrittenFiles } from './written-files.js';
export { readRoleInstance, type RoleInstance } from './role-instance.js';
export {
  type ReadInstance,
  type ScannedRecords,
  type ScannedSamples,
  scanRecords,
  scanSamples,
} from './scan.js';
export { type ColumnType, doubleOf, jsonText, parameterCell, type Value, ValueType } from './value-type.js';
