/** The sections of the HTML report, in the order of the page. */
export { devices } from './devices.js';
export { ledger } from './ledger.js';
export { outcomes } from './outcomes.js';
export { overview, title } from './overview.js';
export { provenance } from './provenance.js';
export { replication } from './replication.js';
export { timeline, timelineData, type TrialTimeline } from './timeline.js';
export { trials } from './trials.js';
export { usage } from './usage.js';
