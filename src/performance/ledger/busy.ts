import type { LedgerSpan } from './span.js';

export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

export interface BusyTimes {
  /**
   * When the instance worked on other frames: disjoint stretches in order.
   * @param marginMs how long before and after the frame a stretch still counts
   */
  withoutFrame(instance: string, frame: string, marginMs: number): readonly Stretch[];
  /** Whether the instance worked on any other frame. */
  hasOther(instance: string, frame: string): boolean;
}

/** When each role instance computes or serializes, over all frames of a trial. */
export function busyTimes(spans: readonly LedgerSpan[]): BusyTimes {
  const byInstance = new Map<string, LedgerSpan[]>();
  for (const span of spans) {
    if (span.part !== 'compute' && span.part !== 'serialize') continue;
    const own = byInstance.get(span.instance);
    if (own === undefined) byInstance.set(span.instance, [span]);
    else own.push(span);
  }
  for (const own of byInstance.values()) own.sort((a, b) => a.startMs - b.startMs);
  const longestMs = new Map(
    [...byInstance].map(([instance, own]) => [
      instance,
      own.reduce((longest, { startMs, endMs }) => Math.max(longest, endMs - startMs), 0),
    ]),
  );
  const extents = extentsOf(spans);
  return {
    withoutFrame(instance, frame, marginMs) {
      const own = byInstance.get(instance) ?? [];
      const extent = extents.get(frame);
      if (extent === undefined) return [];
      const from = firstFrom(own, extent.startMs - marginMs - (longestMs.get(instance) ?? 0));
      const others: Stretch[] = [];
      for (let index = from; index < own.length; index += 1) {
        const span = own[index];
        if (span === undefined || span.startMs > extent.endMs + marginMs) break;
        if (span.frame !== frame) others.push(span);
      }
      return mergeOverlaps(others);
    },
    hasOther: (instance, frame) => (byInstance.get(instance) ?? []).some((span) => span.frame !== frame),
  };
}

/** Merges overlapping stretches, given in order of their starts. */
function mergeOverlaps(stretches: readonly Stretch[]): Stretch[] {
  const joined: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of stretches) {
    const last = joined.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else joined.push({ startMs, endMs });
  }
  return joined;
}

function extentsOf(spans: readonly LedgerSpan[]): Map<string, Stretch> {
  const extents = new Map<string, { startMs: number; endMs: number }>();
  for (const { frame, startMs, endMs } of spans) {
    const extent = extents.get(frame);
    if (extent === undefined) extents.set(frame, { startMs, endMs });
    else {
      extent.startMs = Math.min(extent.startMs, startMs);
      extent.endMs = Math.max(extent.endMs, endMs);
    }
  }
  return extents;
}

/** Index of the first span that starts at or after a moment. */
function firstFrom(spans: readonly LedgerSpan[], atMs: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.startMs ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
