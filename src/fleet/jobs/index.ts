/** Jobs: what users submit to the workers of a fleet, task by task. */
export * from './record.js';
export * from './questions.js';
export * from './tasks.js';
