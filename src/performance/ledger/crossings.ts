import type { ClockGroup, Clocks } from './clocks.js';
import type { Moment } from './moments.js';

/** Smaller differences are rounding errors of doubles in milliseconds. */
const roundingMs = 1e-6;

/** Which moments of a frame may come in another order if the clocks are wrong within their errors. */
export class Crossings {
  /** Indexes of the moments of each group, in order. */
  private readonly byGroup = new Map<ClockGroup, number[]>();

  constructor(
    private readonly moments: readonly Moment[],
    private readonly clocks: Clocks,
    wanted: (moment: Moment) => boolean,
  ) {
    for (const [index, moment] of moments.entries()) {
      if (!wanted(moment)) continue;
      const own = this.byGroup.get(moment.group);
      if (own === undefined) this.byGroup.set(moment.group, [index]);
      else own.push(index);
    }
  }

  /** The moments of other groups that a moment may cross. */
  *of(index: number): Generator<number> {
    const moment = this.moments[index];
    if (moment === undefined) return;
    for (const [group, indexes] of this.byGroup) {
      if (group === moment.group) continue;
      const { low, high } = this.clocks.shift(group, moment.group);
      // What a call confines touches its ends without crossing them.
      const room = group.base === moment.group.base ? -roundingMs : roundingMs;
      for (let at = firstFrom(indexes, index); at < indexes.length; at += 1) {
        const other = indexes[at] ?? 0;
        if ((this.moments[other]?.atMs ?? 0) - moment.atMs + low >= room) break;
        yield other;
      }
      for (let at = firstFrom(indexes, index) - 1; at >= 0; at -= 1) {
        const other = indexes[at] ?? 0;
        if ((this.moments[other]?.atMs ?? 0) - moment.atMs + high <= -room) break;
        yield other;
      }
    }
  }

  any(index: number): boolean {
    for (const _ of this.of(index)) return true;
    return false;
  }

  /** At most how long before a moment the one before it is, and how long after it the one after. */
  neighborsMs(index: number): { beforeMs: number; afterMs: number } {
    const moment = this.moments[index];
    if (moment === undefined) return { beforeMs: 0, afterMs: 0 };
    const before = { certain: Infinity, possible: 0 };
    const after = { certain: Infinity, possible: 0 };
    for (const [group, indexes] of this.byGroup) {
      const { low, high } = this.clocks.shift(group, moment.group);
      const at = (place: number) => (this.moments[indexes[place] ?? -1]?.atMs ?? NaN) - moment.atMs;
      const own = group === moment.group;
      const room = group.base === moment.group.base ? roundingMs : -roundingMs;
      let place = firstFrom(indexes, index) - 1;
      while (place >= 0 && !own && at(place) + high > room) place -= 1;
      if (place >= 0) before.certain = Math.min(before.certain, -(at(place) + low));
      before.possible = Math.max(before.possible, -(at(0) + low));
      place = firstFrom(indexes, index + 1);
      while (place < indexes.length && !own && at(place) + low < -room) place += 1;
      if (place < indexes.length) after.certain = Math.min(after.certain, at(place) + high);
      after.possible = Math.max(after.possible, at(indexes.length - 1) + high);
    }
    return {
      beforeMs: Math.max(0, Math.min(before.certain, before.possible)),
      afterMs: Math.max(0, Math.min(after.certain, after.possible)),
    };
  }
}

/** Place of the first index at or after one. */
function firstFrom(indexes: readonly number[], from: number): number {
  let [low, high] = [0, indexes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((indexes[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
