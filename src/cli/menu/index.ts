export { withoutArguments } from './without-arguments.js';
