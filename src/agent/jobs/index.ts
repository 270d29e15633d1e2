/** What the leader does for jobs: it keeps their state, hands tasks to workers, and answers users. */
export { takeSubmissions } from './mqtt-submissions.js';
export { submitByMqtt } from './mqtt-submit.js';
export type { DispatcherParts } from './dispatcher-parts.js';
export { Dispatcher } from './dispatcher.js';
