import { z } from 'zod';
import { dataEvents } from './data-events.js';
import { deliveryEvents } from './delivery-events.js';
import { layerEvents } from './layer-events.js';
import { leaseEvents } from './lease-events.js';
import { findAgainEvents, lossEvents } from './network-events.js';
import { runEvents, type runStarted } from './run-events.js';
import { trialEvents } from './trial-events.js';

/** Every event that a run's journal keeps, format 2. In the file each has its `time` too. */
export const journalEvent = z.discriminatedUnion('kind', [
  ...runEvents,
  ...trialEvents,
  ...leaseEvents,
  ...layerEvents,
  ...deliveryEvents,
  ...dataEvents,
  ...findAgainEvents,
  ...lossEvents,
]);
export type JournalEvent = z.infer<typeof journalEvent>;
export type RunStarted = z.infer<typeof runStarted>;
