import type { JournaledDeliveryEvent } from '../../logs/index.js';

/** Events of delivery, including those that are only shown. */
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
