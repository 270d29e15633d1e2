import type { SpanPart } from './part.js';

/** One span of one frame, on the controller's clock as well as that is known. */
export interface LedgerSpan {
  /** Which frame of the trial it belongs to; empty for none. */
  readonly frame: string;
  /** Role instance, `client-0`. */
  readonly instance: string;
  readonly device: string;
  readonly name: string;
  readonly part: SpanPart;
  readonly startMs: number;
  readonly endMs: number;
  /** Bound of the device's clock against the controller's; null when it was not measured. */
  readonly errorMs: number | null;
}
