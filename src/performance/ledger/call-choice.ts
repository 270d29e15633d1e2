import type { Clocks } from './clocks.js';
import type { LedgerSpan } from './span.js';

/** The call from another device that contains a span's work. */
export class CallChoice {
  private constructor(
    /** The call with the most overlap, else the nearest; the first of equals. */
    readonly best: LedgerSpan,
    /** Every call that might be it if the clocks are wrong within their errors, `best` included. */
    readonly possible: readonly LedgerSpan[],
  ) {}

  /** Null for a span that no call contains: itself a call, a whole frame, or without calls from other devices. */
  static of(span: LedgerSpan, calls: readonly LedgerSpan[], clocks: Clocks): CallChoice | null {
    if (span.part === 'call' || span.part === 'whole') return null;
    let best: LedgerSpan | null = null;
    let at = -1;
    for (const [index, call] of calls.entries()) {
      if (call.device === span.device) continue;
      if (best === null || sharedMs(call, span, 0) > sharedMs(best, span, 0)) [best, at] = [call, index];
    }
    if (best === null) return null;
    const known = best;
    const knownLeastMs = leastSharedMs(known, span, clocks.betweenMs(known.device, span.device));
    const possible = calls.filter(
      (call, index) => index === at || (call.device !== span.device && !beats(known, call, at < index)),
    );
    return new CallChoice(known, possible);

    /** Whether one call is chosen rather than another, whatever the clocks. */
    function beats(one: LedgerSpan, other: LedgerSpan, first: boolean): boolean {
      const errorMs = clocks.betweenMs(one.device, span.device);
      const better = (a: number, b: number) => (first ? a >= b : a > b);
      const otherMostMs = mostSharedMs(other, span, clocks.betweenMs(other.device, span.device));
      if (one.device !== other.device || otherMostMs < knownLeastMs) return better(knownLeastMs, otherMostMs);
      // Both shift as one: the difference is linear between these shifts.
      if (errorMs === Infinity) return false;
      const shifts = [one, other].flatMap(({ startMs, endMs }) => [
        startMs - span.startMs,
        endMs - span.endMs,
      ]);
      return [-errorMs, errorMs, ...shifts.filter((by) => Math.abs(by) < errorMs)].every((by) =>
        better(sharedMs(one, span, by), sharedMs(other, span, by)),
      );
    }
  }
}

/** Overlap of a call and a span that is shifted; negative for a gap between them. */
function sharedMs(call: LedgerSpan, span: LedgerSpan, byMs: number): number {
  return Math.min(call.endMs, span.endMs + byMs) - Math.max(call.startMs, span.startMs + byMs);
}

/** The overlap is a concave function of the shift: it is least at one of the ends. */
function leastSharedMs(call: LedgerSpan, span: LedgerSpan, errorMs: number): number {
  return Math.min(sharedMs(call, span, -errorMs), sharedMs(call, span, errorMs));
}

/** It is largest where the middles meet, or as near to that as possible. */
function mostSharedMs(call: LedgerSpan, span: LedgerSpan, errorMs: number): number {
  const middleMs = (call.startMs + call.endMs - span.startMs - span.endMs) / 2;
  return sharedMs(call, span, Math.min(Math.max(middleMs, -errorMs), errorMs));
}
