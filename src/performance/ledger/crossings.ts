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
    for (const [indexes, from, until] of this.stretches(index))
      for (let place = from; place < until; place += 1) yield indexes[place] ?? 0;
  }

  any(index: number): boolean {
    for (const _ of this.stretches(index)) return true;
    return false;
  }

  /** Number of moments that a moment may cross. */
  count(index: number): number {
    let sum = 0;
    for (const [, from, until] of this.stretches(index)) sum += until - from;
    return sum;
  }

  get groups(): number {
    return this.byGroup.size;
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
      const until = firstFrom(indexes, index);
      const earlier = (own ? until : firstPlace(0, until, (place) => at(place) + high > room)) - 1;
      if (earlier >= 0) before.certain = Math.min(before.certain, -(at(earlier) + low));
      before.possible = Math.max(before.possible, -(at(0) + low));
      const from = firstFrom(indexes, index + 1);
      const later = own ? from : firstPlace(from, indexes.length, (place) => at(place) + low >= -room);
      if (later < indexes.length) after.certain = Math.min(after.certain, at(later) + high);
      after.possible = Math.max(after.possible, at(indexes.length - 1) + high);
    }
    return {
      beforeMs: Math.max(0, Math.min(before.certain, before.possible)),
      afterMs: Math.max(0, Math.min(after.certain, after.possible)),
    };
  }

  /** For each other group, where the moments that a moment may cross begin and end among the indexes of the group. */
  private *stretches(index: number): Generator<[indexes: readonly number[], from: number, until: number]> {
    const moment = this.moments[index];
    if (moment === undefined) return;
    for (const [group, indexes] of this.byGroup) {
      if (group === moment.group) continue;
      const { low, high } = this.clocks.shift(group, moment.group);
      // What a call confines touches its ends without crossing them.
      const room = group.base === moment.group.base ? -roundingMs : roundingMs;
      const at = (place: number) => (this.moments[indexes[place] ?? -1]?.atMs ?? 0) - moment.atMs;
      const middle = firstFrom(indexes, index);
      const from = firstPlace(0, middle, (place) => at(place) + high > -room);
      const until = firstPlace(middle, indexes.length, (place) => at(place) + low >= room);
      if (from < until) yield [indexes, from, until];
    }
  }
}

/** Place of the first index at or after one. */
function firstFrom(indexes: readonly number[], from: number): number {
  return firstPlace(0, indexes.length, (place) => (indexes[place] ?? 0) >= from);
}

/** The first place for which a test holds, or `until`; it holds for all places after that. */
function firstPlace(from: number, until: number, test: (place: number) => boolean): number {
  let [low, high] = [from, until];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
