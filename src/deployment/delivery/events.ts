/**
 * Events of delivery. Bytes are those of the archive as it is sent, gzipped or not; `totalBytes`
 * is null where a layer is gzipped only while it is sent.
 */
export type DeliveryEvent =
  | { kind: 'delivery.present'; device: string; ref: string }
  | {
      kind: 'delivery.started';
      device: string;
      ref: string;
      way: string;
      why: string;
      gzipped: boolean;
      layersThere: number;
      layersMissing: number;
      plainBytes: number;
      totalBytes: number | null;
    }
  | {
      kind: 'delivery.progress';
      device: string;
      ref: string;
      sentBytes: number;
      totalBytes: number | null;
      bytesPerS: number;
    }
  | { kind: 'delivery.whole'; device: string; ref: string; reason: string }
  | {
      kind: 'delivery.done';
      device: string;
      ref: string;
      sentBytes: number;
      imageId: string;
      seconds: number;
      bytesPerS: number;
    }
  /** A layer is made ready on this machine, once for all devices: read out of an engine, or gzipped. */
  | { kind: 'delivery.packing'; layer: string; how: 'read' | 'gzip'; sizeBytes: number | null }
  | { kind: 'delivery.packed'; layer: string; how: 'read' | 'gzip'; sizeBytes: number; seconds: number };
