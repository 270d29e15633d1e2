export { readAnswers } from './answers.js';
export { chooseTargets } from './choose-targets.js';
export { controllerLine } from './controller-line.js';
export { lanToEdit, nameLan } from './name-lan.js';
export { type SetupFlags, withAnswers } from './options.js';
export { setupTable, throwFailures } from './outcome.js';
