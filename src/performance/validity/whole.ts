import type { Finding } from './finding.js';

/** Doubts that say that a part of the run is missing, or that its files are not as they were written. */
const ofFiles: ReadonlySet<string> = new Set(['roles reported', 'lines whole', 'files whole']);
const ofParts: ReadonlySet<string> = new Set([
  'run known',
  'run ended',
  'trials complete',
  'values left out',
  'repeats without values',
  ...ofFiles,
]);

/** Whether a part of a run is missing: unlike a disturbance, no judgment of its results is one of the whole run. */
export const isIncomplete = ({ level, check }: Finding): boolean => level === 'doubt' && ofParts.has(check);

/** Whether rows may be missing that the code recorded. */
export const hasLostRows = ({ level, check }: Finding): boolean => level === 'doubt' && ofFiles.has(check);
