export { makeProgram } from './program.js';
