export { canRedraw } from './can-redraw.js';
export { followRoles } from './follow-roles.js';
export { LiveRun } from './live-run.js';
export { RunningRoles } from './running-roles.js';
export { Screen } from './screen.js';
