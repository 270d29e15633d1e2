/** What the leader does for jobs: it keeps their state, hands tasks to workers, and answers users. */
export { takeSubmissions } from './mqtt-submissions.js';
export { submitByMqtt } from './mqtt-submit.js';
export { Dispatcher, type DispatcherParts } from './dispatcher.js';
