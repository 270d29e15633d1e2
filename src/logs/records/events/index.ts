/** The events of a run's journal: one schema each, from which the types of what is emitted are inferred. */
export type { JournaledDataEvent } from './data-events.js';
export type { JournaledDeliveryEvent } from './delivery-events.js';
export { journalEvent, type JournalEvent, type RunStarted } from './journal-event.js';
export type { JournaledLayerEvent } from './layer-events.js';
export type { LeaseEvent } from './lease-events.js';
export type { FindAgainEvent } from './network-events.js';
