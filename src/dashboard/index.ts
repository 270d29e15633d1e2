/** The dashboard of a fleet: its server, and the page that it serves. */
export { views } from './live/index.js';
export { type Route, type RouteAsked, type RouteAnswer } from './server/routes.js';
export type { DashboardParts } from './server/parts.js';
export { type DashboardPlace, onlyUser, serveDashboard } from './server/serve.js';
