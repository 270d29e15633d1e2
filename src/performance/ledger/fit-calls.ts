import type { LedgerSpan } from './span.js';

/** Times are of doubles in milliseconds; what is smaller is rounding. */
const roundingMs = 1e-6;

/** The spans of a frame after `fitCalls`. */
interface Fitted {
  readonly spans: readonly LedgerSpan[];
  /** By how much clocks had to be moved beyond their error bounds; 0 when they agree. */
  readonly conflictMs: number;
}

/**
 * Work that another device does within a call cannot begin before the call or end after it. Where the clocks' error
 * makes it look so, its spans are moved by the least that helps; durations stay as they are.
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
    const byMs = leastMoveMs(call, within);
    if (Math.abs(byMs) <= roundingMs) continue;
    const boundMs =
      (call.errorMs ?? Infinity) + Math.max(...within.map(({ errorMs }) => errorMs ?? Infinity));
    conflictMs = Math.max(conflictMs, Math.abs(byMs) - boundMs);
    for (const span of within)
      moved.set(span, { ...span, startMs: span.startMs + byMs, endMs: span.endMs + byMs });
  }
  return { spans: spans.map((span) => moved.get(span) ?? span), conflictMs };
}

/** The call of another device in which this span's work was done: the one that it shares most time with, else the nearest. */
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

/** 0 when the block lies within the call, or is longer than it and so cannot. */
function leastMoveMs(call: LedgerSpan, block: readonly LedgerSpan[]): number {
  const startMs = Math.min(...block.map((span) => span.startMs));
  const endMs = Math.max(...block.map((span) => span.endMs));
  if (endMs - startMs > call.endMs - call.startMs) return 0;
  if (startMs < call.startMs) return call.startMs - startMs;
  return endMs > call.endMs ? call.endMs - endMs : 0;
}
