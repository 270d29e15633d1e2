/** A run's journal, events.jsonl: written before the act, and read in any format. */
export { Journal } from './journal.js';
export { parseEvent, readJournal } from './read-journal.js';
export { upgradeEvent } from './upgrade-event.js';
