export { isTransient, type RunEvent } from './run-event.js';
