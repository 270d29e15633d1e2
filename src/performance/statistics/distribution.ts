import { LogBuckets } from './buckets.js';
import { describeRanks, type Described, describeSorted, type Description } from './describe.js';
import type { Interval } from './student-t.js';
import { Running } from './running.js';

/** The number of values that all distributions sharing this object may still keep. */
export class ValueBudget {
  constructor(public values: number) {}
}

/** How far each value that a sketch gives may be from the true one, as a share of it. */
export const sketchError = 0.0005;

/** An array of JavaScript that grows reserves half as much again, so longer ones are moved to arrays of their own length. */
const chunkValues = 4096;

export interface Distributed extends Description {
  /** Values outside are outliers (Tukey). */
  readonly fences: Interval;
  /**
   * False if there were too many values to keep: each value that a median, a percentile, or a quartile is taken from is then
   * within 0.05 % of the true one. Count, mean, standard deviation, minimum, and maximum are always exact.
   */
  readonly exact: boolean;
}

interface Sketch {
  readonly running: Running;
  readonly buckets: LogBuckets;
}

/**
 * The results of `describe` for a stream of values. Values are kept, and the results exact, while the budget lasts. Then
 * they are counted in narrow buckets.
 *
 * Integers that a double cannot hold (times in nanoseconds) are stored as distances from the first value while these
 * are exact, so that only the result is rounded.
 */
export class Distribution {
  private recent: number[] = [];
  private chunks: Float64Array[] | null = null;
  private sketch: Sketch | null = null;
  /** What is stored are distances from this value; null for the values themselves. */
  private origin: bigint | null = null;
  private size = 0;

  constructor(private readonly budget: ValueBudget) {}

  get n(): number {
    return this.size;
  }

  add(value: number | bigint): void {
    if (this.size === 0 && typeof value === 'bigint') this.origin = value;
    const stored = this.distanceOf(value);
    this.size += 1;
    if (this.sketch === null && this.budget.values > 0) this.keep(stored);
    else {
      this.sketch ??= this.sketched();
      count(this.sketch, stored, this.origin);
    }
  }

  /** Null if nothing was added. */
  describe(): Distributed | null {
    return Distribution.together([this]);
  }

  /** The values of several distributions as if they were of one; null if there are none. */
  static together(all: readonly Distribution[]): Distributed | null {
    const some = all.filter(({ size }) => size > 0);
    const first = some[0]?.origin ?? null;
    const near = (one: Distribution) => one.origin !== null && first !== null && isSafe(one.origin - first);
    const origin = some.every(near) ? first : null;
    if (some.every(({ sketch }) => sketch === null)) {
      const values = new Float64Array(some.reduce((sum, { size }) => sum + size, 0));
      let at = 0;
      for (const one of some) for (const value of one.kept()) values[at++] = moved(value, one.origin, origin);
      const described = describeSorted(values.sort());
      return described && valuesOf(described, origin, true);
    }
    const whole = { running: new Running(), buckets: new LogBuckets() };
    for (const one of some)
      if (one.sketch === null) {
        for (const value of one.kept()) count(whole, moved(value, one.origin, origin), origin);
      } else {
        whole.running.merge(one.sketch.running, Number((one.origin ?? 0n) - (origin ?? 0n)));
        whole.buckets.merge(one.sketch.buckets);
      }
    const ranks = new Ranks(whole, Number(origin ?? 0n));
    const at = (rank: number) => ranks.at(rank);
    const described = describeRanks(whole.running, at, (fences) => ranks.outside(fences));
    return described && valuesOf(described, origin, false);
  }

  private keep(stored: number): void {
    this.budget.values -= 1;
    if (this.size === 1) this.recent = [stored];
    else if (this.recent.push(stored) === chunkValues) {
      (this.chunks ??= []).push(Float64Array.from(this.recent));
      this.recent = [];
    }
  }

  private *kept(): Generator<number> {
    for (const chunk of this.chunks ?? []) yield* chunk;
    yield* this.recent;
  }

  /** Counts what was kept, and gives its room back. */
  private sketched(): Sketch {
    const sketch = { running: new Running(), buckets: new LogBuckets() };
    for (const one of this.kept()) count(sketch, one, this.origin);
    this.budget.values += this.size - 1;
    this.recent = [];
    this.chunks = null;
    return sketch;
  }

  private distanceOf(value: number | bigint): number {
    if (this.origin === null) return Number(value);
    if (typeof value === 'bigint' || Number.isInteger(value)) {
      const distance = BigInt(value) - this.origin;
      if (isSafe(distance)) return Number(distance);
    }
    this.forgetOrigin(this.origin);
    return Number(value);
  }

  /** Stores the values themselves, each rounded to a double. */
  private forgetOrigin(origin: bigint): void {
    this.chunks = this.chunks?.map((chunk) => chunk.map((one) => moved(one, origin, null))) ?? null;
    this.recent = this.recent.map((one) => moved(one, origin, null));
    if (this.sketch !== null) {
      const running = new Running();
      running.merge(this.sketch.running, Number(origin));
      this.sketch = { running, buckets: this.sketch.buckets };
    }
    this.origin = null;
  }
}

function count({ running, buckets }: Sketch, stored: number, origin: bigint | null): void {
  running.add(stored);
  buckets.add(moved(stored, origin, null));
}

function isSafe(distance: bigint): boolean {
  return distance <= BigInt(Number.MAX_SAFE_INTEGER) && distance >= BigInt(Number.MIN_SAFE_INTEGER);
}

/** A distance from one origin as a distance from another. */
function moved(stored: number, from: bigint | null, to: bigint | null): number {
  if (from === to || from === null) return stored;
  if (to === null) return Number(from + BigInt(stored));
  return stored + Number(from - to);
}

/** Values by their rank, as far as buckets know them; distances from `zero`. */
class Ranks {
  private readonly values: readonly number[];
  /** Number of values up to and including each of `values`. */
  private readonly upTo: Float64Array;
  private readonly running: Running;

  constructor({ running, buckets }: Sketch, zero: number) {
    const sorted = buckets.ascending();
    this.running = running;
    this.values = sorted.map(({ value }) => value - zero);
    this.upTo = new Float64Array(sorted.length);
    let sum = 0;
    for (const [at, { count: values }] of sorted.entries()) this.upTo[at] = sum += values;
  }

  at(rank: number): number {
    let [low, high] = [0, this.upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.upTo[middle] ?? 0) > rank) high = middle;
      else low = middle + 1;
    }
    const { min, max } = this.running;
    return Math.min(max ?? Infinity, Math.max(min ?? -Infinity, this.values[low] ?? Number.NaN));
  }

  outside({ low, high }: Interval): number {
    let sum = 0;
    for (const [at, value] of this.values.entries())
      if (value < low || value > high) sum += (this.upTo[at] ?? 0) - (this.upTo[at - 1] ?? 0);
    return sum;
  }
}

/** Turns distances from an origin into values, rounded once. */
function valuesOf({ description, fences }: Described, origin: bigint | null, exact: boolean): Distributed {
  if (origin === null) return { ...description, fences, exact };
  const value = (distance: number) =>
    Number.isSafeInteger(Math.round(distance))
      ? Number(origin + BigInt(Math.round(distance)))
      : Number(origin) + distance;
  const both = ({ low, high }: Interval) => ({ low: value(low), high: value(high) });
  const { mean, interval, median, p90, p95, p99, min, max } = description;
  return {
    ...description,
    mean: value(mean),
    interval: interval && both(interval),
    median: value(median),
    p90: value(p90),
    p95: value(p95),
    p99: value(p99),
    min: value(min),
    max: value(max),
    fences: both(fences),
    exact,
  };
}
