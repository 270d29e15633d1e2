import type { Amount } from './amount.js';
import type { ClockGroup, Clocks } from './clocks.js';
import type { Moment } from './moments.js';

/** First and last moment of a frame per clock group: those of its `whole` span, else of all spans. */
function extentsOf(moments: readonly Moment[]): Map<ClockGroup, { startMs: number; endMs: number }> {
  const whole = moments.filter(({ part }) => part === 'whole');
  const extents = new Map<ClockGroup, { startMs: number; endMs: number }>();
  for (const { group, atMs, part } of whole.length > 0 ? whole : moments) {
    if (part === 'busy') continue;
    const extent = extents.get(group);
    if (extent === undefined) extents.set(group, { startMs: atMs, endMs: atMs });
    else {
      extent.startMs = Math.min(extent.startMs, atMs);
      extent.endMs = Math.max(extent.endMs, atMs);
    }
  }
  return extents;
}

export function startOf(moments: readonly Moment[]): number {
  return Math.min(...[...extentsOf(moments).values()].map(({ startMs }) => startMs));
}

/** From the first moment to the last, whichever they are with the true clocks. */
export function endToEndOf(moments: readonly Moment[], clocks: Clocks): Amount {
  const extents = [...extentsOf(moments)];
  let [ms, leastMs, mostMs] = [0, 0, 0];
  for (const [first, { startMs }] of extents) {
    for (const [last, { endMs }] of extents) {
      const { low, high } = clocks.shift(last, first);
      ms = Math.max(ms, endMs - startMs);
      leastMs = Math.max(leastMs, endMs - startMs + low);
      mostMs = Math.max(mostMs, endMs - startMs + high);
    }
  }
  const errorMs = Math.max(mostMs - ms, ms - leastMs);
  return { ms, errorMs: errorMs === Infinity ? null : errorMs };
}
