/** The dashboard of a fleet: its server, and the page that it serves. */
export { serveDashboard } from './server/serve.js';
