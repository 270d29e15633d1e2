/** What the leader does for jobs: it keeps their state, hands tasks to workers, and answers users. */
export { Dispatcher, type DispatcherParts } from './dispatcher.js';
