import type { JournaledDeliveryEvent } from '../../logs/index.js';

/** What happens while images travel, with what only a screen shows. */
export type DeliveryEvent =
  | JournaledDeliveryEvent
  | {
      kind: 'delivery.progress';
      device: string;
      ref: string;
      sent_bytes: number;
      /** Null where a layer is gzipped only while it is sent. */
      total_bytes: number | null;
      bytes_per_s: number;
    };
