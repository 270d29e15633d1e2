import type { ClockGroup } from './clocks.js';
import type { SpanPart } from './part.js';

/** One span of one frame, converted to the controller's clock. */
export interface LedgerSpan {
  /** The frame that it belongs to; empty for none. */
  readonly frame: string;
  /** Role instance, `client-0`. */
  readonly instance: string;
  readonly device: string;
  readonly name: string;
  readonly part: SpanPart;
  readonly startMs: number;
  readonly endMs: number;
  /** Error bound of the device's clock relative to the controller's; null if not measured. */
  readonly errorMs: number | null;
}

/** A span where causality puts it, and what it shifts with. */
export interface FittedSpan extends LedgerSpan {
  readonly group: ClockGroup;
  /** Of a span without a duration: the end of the call around it that it touches, from inside. */
  readonly touches?: 'start' | 'end' | null;
}
