/** Completion of command lines in shells: what can stand at the cursor, and the scripts that ask for it. */
export { complete } from './complete.js';
export { completionScript, type Shell } from './scripts.js';
