export { withoutArguments } from './menu.js';
