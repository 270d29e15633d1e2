import type { LedgerSpan } from './span.js';

/** Smaller differences are rounding errors of doubles in milliseconds. */
const roundingMs = 1e-6;

/** The spans of a frame after `fitCalls`. */
interface Fitted {
  readonly spans: readonly LedgerSpan[];
  /** By how much a clock had to be moved beyond its error bound; 0 if the clocks agree. */
  readonly conflictMs: number;
}

/**
 * Work that another device does for a call cannot start before the call or end after it. If clock errors make it appear
 * to, its spans are moved by the smallest amount that fits; durations do not change.
 */
export function fitCalls(spans: readonly LedgerSpan[]): Fitted {
  const calls = spans.filter(({ part }) => part === 'call');
  const blocks = new Map<string, { call: LedgerSpan; spans: LedgerSpan[] }>();
  for (const span of spans) {
    const call = callAround(span, calls);
    if (call === null) continue;
    const key = `${calls.indexOf(call)} ${span.instance}`;
    const block = blocks.get(key) ?? { call, spans: [] };
    block.spans.push(span);
    blocks.set(key, block);
  }
  const moved = new Map<LedgerSpan, LedgerSpan>();
  let conflictMs = 0;
  for (const { call, spans: within } of blocks.values()) {
    const byMs = smallestMoveMs(call, within);
    if (Math.abs(byMs) <= roundingMs) continue;
    const boundMs =
      (call.errorMs ?? Infinity) + Math.max(...within.map(({ errorMs }) => errorMs ?? Infinity));
    conflictMs = Math.max(conflictMs, Math.abs(byMs) - boundMs);
    for (const span of within)
      moved.set(span, { ...span, startMs: span.startMs + byMs, endMs: span.endMs + byMs });
  }
  return { spans: spans.map((span) => moved.get(span) ?? span), conflictMs };
}

/** The call from another device that contains this span's work: the one with the most overlap, else the nearest. */
function callAround(span: LedgerSpan, calls: readonly LedgerSpan[]): LedgerSpan | null {
  if (span.part === 'call' || span.part === 'whole') return null;
  let best: LedgerSpan | null = null;
  let bestMs = -Infinity;
  for (const call of calls) {
    if (call.device === span.device) continue;
    const sharedMs = Math.min(call.endMs, span.endMs) - Math.max(call.startMs, span.startMs);
    if (sharedMs > bestMs) [best, bestMs] = [call, sharedMs];
  }
  return best;
}

/** 0 if the block is within the call, or is longer than the call and cannot fit. */
function smallestMoveMs(call: LedgerSpan, block: readonly LedgerSpan[]): number {
  const startMs = Math.min(...block.map((span) => span.startMs));
  const endMs = Math.max(...block.map((span) => span.endMs));
  if (endMs - startMs > call.endMs - call.startMs) return 0;
  if (startMs < call.startMs) return call.startMs - startMs;
  return endMs > call.endMs ? call.endMs - endMs : 0;
}
