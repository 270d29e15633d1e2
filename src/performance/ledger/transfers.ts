import type { Clocks } from './clocks.js';
import type { Moment, State } from './moments.js';

/** The transfer of a frame between two role instances, according to both clocks. */
export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Error bound of `endMs - startMs`; null if a clock was not measured. */
  readonly errorMs: number | null;
}

/** The time on the wire between two role instances, including what the receiving one spends on other frames. */
export function transfersOf(states: readonly State[], clocks: Clocks): Transfer[] {
  const seen = new Set<Moment>();
  const transfers: Transfer[] = [];
  for (const { gap, part, from, to } of states) {
    if (from === null || to === null || seen.has(from)) continue;
    if ((gap ?? part) !== 'wire' || from.instance === to.instance || to.atMs <= from.atMs) continue;
    seen.add(from);
    const errorMs = clocks.betweenMs(from.device, to.device);
    transfers.push({
      from: from.instance,
      to: to.instance,
      startMs: from.atMs,
      endMs: to.atMs,
      errorMs: errorMs === Infinity ? null : errorMs,
    });
  }
  return transfers;
}
