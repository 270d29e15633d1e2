import type { JournaledDataEvent } from '../../logs/index.js';

/** What happens while a run's data gets onto its devices, with what only a screen shows. */
export type DataEvent =
  | JournaledDataEvent
  | { kind: 'data.progress'; device: string; name: string; sent_bytes: number; total_bytes: number };
