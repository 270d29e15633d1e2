/** The runs of a workspace on the dashboard: a table, each run as it goes on, and pages of what was measured. */
export type { DashboardRuns } from './part.js';
export { runRoutes } from './run-routes.js';
