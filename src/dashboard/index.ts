/** The dashboard of a fleet: its server, and the page that it serves. */
export type { DashboardParts } from './server/parts.js';
export { type DashboardPlace, serveDashboard, type ServedDashboard } from './server/serve.js';
