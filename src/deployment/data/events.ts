import type { JournaledDataEvent } from '../../logs/index.js';

/** Events of preparing a run's data, including those that are only shown. */
export type DataEvent =
  | JournaledDataEvent
  | { kind: 'data.progress'; device: string; name: string; sent_bytes: number; total_bytes: number };
