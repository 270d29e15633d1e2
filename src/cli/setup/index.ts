export { readAnswers } from './answers.js';
export { chooseTargets } from './choose-targets.js';
export { lanToEdit, nameLan } from './name-lan.js';
export { type SetupFlags, withAnswers } from './options.js';
