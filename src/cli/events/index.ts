export { canRedraw } from './can-redraw.js';
export { plainProgress } from './draw.js';
export { eventLine } from './event-line.js';
export { followRoles } from './follow-roles.js';
export { RunningRoles } from './running-roles.js';
export { Screen } from './screen.js';
