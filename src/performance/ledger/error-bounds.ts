import type { ClockGroup, Clocks, Range } from './clocks.js';
import { Crossings } from './crossings.js';
import type { Moment, State } from './moments.js';
import type { Quantity } from './quantity.js';
import type { FittedSpan } from './span.js';

/** Smaller differences are rounding errors of doubles in milliseconds. */
const roundingMs = 1e-6;
/** Above this number of spans, whether a span of work covers a moment is not looked for. */
const maxCovering = 500;
/** Above this number of pairs of moments that may change places, or of moments times clock groups, none are looked at. */
const max = { pairs: 200_000, groups: 2_000_000 };

/** Moments and states of one frame. */
interface Course {
  readonly spans: readonly FittedSpan[];
  readonly moments: readonly Moment[];
  /** After each moment. */
  readonly states: readonly State[];
}

/** What is known about the state next to a moment. */
interface Side {
  /** Null outside of the frame. */
  readonly state: State | null;
  readonly of: 'known' | 'queue or not' | 'any gap';
}

/** What is known about a moment: its sides, or a bound of the whole change that it causes, or nothing. */
type Slope = { readonly before: Side; readonly after: Side } | { readonly boundMs: number } | 'any';

/**
 * Bounds of how far the quantities of a frame may be from those of the true times, if every clock is wrong by anything
 * within its error.
 *
 * Imagine all clocks moving steadily from their errors to the truth. A quantity then changes by what the moments at its
 * borders move (the mean value theorem: for each group the possible slope times the possible shift), and it jumps where two
 * moments change places next to a gap, because a gap belongs to a part by the moments around it. A moment that cannot change
 * places has a known slope, so what cancels out, cancels out here too: a round trip has no error. For any other moment every
 * slope that is possible is assumed, and for every such pair the longest possible gap. The number of pairs grows with the
 * square of the number of moments: in a frame of thousands of moments with clocks that are wrong by more than their
 * distances, nothing is claimed but that a quantity is no more than all that it could consist of.
 */
export class ErrorBounds {
  private readonly places: ReadonlyMap<Moment, number>;
  /** Whether each moment may change places with another of the frame. */
  private readonly loose: readonly boolean[];
  private readonly jumpsMs: number;
  private readonly ofFrame: Crossings;
  private readonly ofBusy: Crossings;
  private readonly slopes: readonly Slope[];
  private readonly tooMany: boolean;

  constructor(
    private readonly course: Course,
    private readonly clocks: Clocks,
  ) {
    const { moments } = course;
    this.places = new Map(moments.map((moment, index) => [moment, index]));
    this.ofFrame = new Crossings(moments, clocks, ({ part }) => part !== 'busy');
    this.ofBusy = new Crossings(moments, clocks, ({ part }) => part === 'busy');
    this.tooMany = this.hasTooMany();
    if (this.tooMany) {
      this.loose = [];
      this.slopes = [];
      this.jumpsMs = 0;
      return;
    }
    this.loose = moments.map((_, index) => this.ofFrame.any(index));
    this.slopes = moments.map((moment, index) =>
      moment.part === 'busy' ? this.busySlope(index) : this.slope(index),
    );
    this.jumpsMs = this.allJumpsMs();
  }

  /**
   * @returns null if a clock that matters was not measured; Infinity if there are too many moments to tell, and any value is
   * possible that the frame and its spans have room for
   */
  errorMs(quantity: Quantity): number | null {
    if (this.tooMany) return this.clocks.widestMs === Infinity ? null : Infinity;
    const slopes = new Map<ClockGroup, Range>();
    let errorMs = quantity.hasGaps ? this.jumpsMs : 0;
    for (const [index, moment] of this.course.moments.entries()) {
      const slope = this.slopes[index];
      if (slope === undefined || (moment.part === 'busy' && !quantity.hasGaps)) continue;
      if (slope === 'any') slopes.set(moment.group, sum(slopes.get(moment.group), quantity.growth(moment)));
      else if ('boundMs' in slope) errorMs += slope.boundMs;
      else {
        const [before, after] = [levels(slope.before, quantity), levels(slope.after, quantity)];
        const known = { low: before.low - after.high, high: before.high - after.low };
        if (known.low !== 0 || known.high !== 0)
          slopes.set(moment.group, sum(slopes.get(moment.group), known));
      }
    }
    const byDevice = new Map<string, Range>();
    for (const [{ base, lowMs, highMs }, slope] of slopes) {
      byDevice.set(base, sum(byDevice.get(base), slope));
      errorMs += product(slope, Math.max(-lowMs, highMs));
    }
    for (const [device, slope] of byDevice) errorMs += product(slope, this.clocks.errorMs(device));
    return errorMs === Infinity ? null : errorMs;
  }

  private hasTooMany(): boolean {
    const { moments } = this.course;
    if (moments.length * (this.ofFrame.groups + this.ofBusy.groups) > max.groups) return true;
    let left = max.pairs;
    for (let index = 0; index < moments.length && left >= 0; index += 1)
      left -= this.ofFrame.count(index) + this.ofBusy.count(index);
    return left < 0;
  }

  /** How quantities change as a moment of the frame moves. */
  private slope(index: number): Slope {
    if (this.loose[index] === true) return 'any';
    const { states } = this.course;
    return {
      before: this.side(index, states[index - 1], states[index - 1]?.from),
      after: this.side(index, states[index], states[index]?.to),
    };
  }

  /** What is next to a moment that does not change places. */
  private side(index: number, state: State | undefined, end: Moment | null | undefined): Side {
    if (state === undefined) return { state: null, of: 'known' };
    if (state.gap === null) return { state, of: 'known' };
    if (this.isLoose(end)) return { state, of: 'any gap' };
    for (const busy of this.ofBusy.of(index))
      if (this.course.moments[busy]?.instance === state.to?.instance) return { state, of: 'queue or not' };
    return { state, of: 'known' };
  }

  /** The same for a start or end of work on another frame, which matters only within gaps. */
  private busySlope(index: number): Slope {
    const { moments, states } = this.course;
    let [first, last] = [index, index];
    let anyLoose = false;
    for (const crossed of this.ofFrame.of(index)) {
      [first, last] = [Math.min(first, crossed), Math.max(last, crossed)];
      anyLoose ||= this.loose[crossed] === true;
    }
    const gaps = new Map<Moment | null, State>();
    for (let at = Math.max(0, first - 1); at <= last; at += 1) {
      const state = states[at];
      if (state === undefined) continue;
      anyLoose ||= this.isLoose(state.from) || this.isLoose(state.to);
      if (state.gap !== null && state.to?.instance === moments[index]?.instance) gaps.set(state.from, state);
    }
    if (anyLoose) return 'any';
    if (first === last) {
      const [before, after] = [states[index - 1] ?? null, states[index] ?? null];
      return { before: { state: before, of: 'known' }, after: { state: after, of: 'known' } };
    }
    const boundMs = [...gaps.values()].reduce((all, state) => all + this.longestMs(state), 0);
    return boundMs < this.clocks.widestMs ? { boundMs } : 'any';
  }

  private longestMs({ from, to }: State): number {
    if (from === null || to === null) return 0;
    return Math.max(0, to.atMs - from.atMs + this.clocks.shift(to.group, from.group).high);
  }

  private isLoose(moment: Moment | null | undefined): boolean {
    return moment !== null && moment !== undefined && this.loose[this.places.get(moment) ?? -1] === true;
  }

  /** What gaps may change from one part to another when moments around them change places. */
  private allJumpsMs(): number {
    const { moments } = this.course;
    let allMs = 0;
    const sides = new Map<number, { beforeMs: number; afterMs: number }>();
    const sidesOf = (index: number) => {
      let own = sides.get(index);
      if (own === undefined) sides.set(index, (own = this.gapsAroundMs(index)));
      return own;
    };
    for (const [index, moment] of moments.entries()) {
      if (moment.part === 'busy' || this.loose[index] !== true) continue;
      const own = sidesOf(index);
      if (own.beforeMs + own.afterMs === 0) continue;
      for (const other of this.ofFrame.of(index)) {
        if (other < index || moments[other]?.instance === moment.instance) continue;
        const its = sidesOf(other);
        allMs += Math.min(own.beforeMs, its.beforeMs) + Math.min(own.afterMs, its.afterMs);
      }
    }
    return allMs;
  }

  /** The longest gaps that may lie directly before and after a moment. */
  private gapsAroundMs(index: number): { beforeMs: number; afterMs: number } {
    const moment = this.course.moments[index];
    if (moment === undefined) return { beforeMs: 0, afterMs: 0 };
    const { beforeMs, afterMs } = this.ofFrame.neighborsMs(index);
    const { before, after } = this.covered(moment);
    const edge = moment.part === 'whole' ? moment.kind : null;
    return {
      beforeMs: before || edge === 'start' ? 0 : beforeMs,
      afterMs: after || edge === 'end' ? 0 : afterMs,
    };
  }

  /** Whether a span of a part is open directly before and after the moment, whatever the clocks. */
  private covered({ atMs, group }: Moment): { before: boolean; after: boolean } {
    const { spans } = this.course;
    const near = spans.length > maxCovering ? [] : spans;
    const covers = (test: (startMs: number, endMs: number) => boolean) =>
      near.some((span) => {
        if (span.part === 'call' || span.part === 'whole') return false;
        const { low, high } = this.clocks.shift(span.group, group);
        const room = span.group === group ? 0 : roundingMs;
        return test(span.startMs + high + room, span.endMs + low - room);
      });
    return {
      before: covers((startMs, endMs) => startMs < atMs && endMs >= atMs),
      after: covers((startMs, endMs) => startMs <= atMs && endMs > atMs),
    };
  }
}

/** The levels of a quantity that are possible next to a moment. */
function levels({ state, of }: Side, quantity: Quantity): Range {
  if (state === null) return nothing;
  const level = quantity.level(state);
  if (of === 'known' || !quantity.hasGaps) return { low: level, high: level };
  if (of === 'any gap') return { low: 0, high: 1 };
  const either = [quantity.level({ ...state, part: 'queue' }), quantity.level({ ...state, part: state.gap })];
  return { low: Math.min(...either), high: Math.max(...either) };
}

const nothing: Range = { low: 0, high: 0 };

function sum(a: Range | undefined, b: Range): Range {
  return a === undefined ? b : { low: a.low + b.low, high: a.high + b.high };
}

/** The largest change for a slope and a shift in either direction; a slope of 0 has none, even if the shift is unknown. */
function product({ low, high }: Range, shiftMs: number): number {
  const slope = Math.max(-low, high);
  return slope < 1e-9 || shiftMs === 0 ? 0 : slope * shiftMs;
}
