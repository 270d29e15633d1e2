/** The dashboard of a fleet: its server, and the page that it serves. */
export { views } from './live/index.js';
export { type DashboardDevices, deviceRoutes } from './server/devices.js';
export type { DashboardParts } from './server/parts.js';
export { type DashboardRuns, runRoutes } from './server/runs/index.js';
export { type DashboardPlace, onlyUser, serveDashboard } from './server/serve.js';
