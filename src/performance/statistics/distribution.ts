import { describe, type Description, fences } from './describe.js';
import { ascending, quantile } from './quantile.js';
import { Running } from './running.js';
import { meanInterval } from './student-t.js';

/** How many values may be kept, by all distributions that share this. */
export class Room {
  constructor(public values: number) {}
}

/** Buckets of a thousandth: a percentile that is read from them is at most half of that off. */
const growth = Math.log(1.001);

export interface Distributed extends Description {
  /** False when the values were too many to keep: percentiles, median and outliers are then within 0.05 %. */
  readonly exact: boolean;
  /** Values below or above are outliers (Tukey). */
  readonly fences: { readonly low: number; readonly high: number };
}

/**
 * What `describe` tells, of values that pass by. They are kept, so that all is exact, while there is room; after that
 * they are counted in buckets that grow by a thousandth, and take no more room however many come.
 */
export class Distribution {
  readonly running = new Running();
  private kept: number[] | null = [];
  private readonly buckets = new Map<number, number>();

  constructor(private readonly room: Room) {}

  add(value: number): void {
    this.running.add(value);
    if (this.kept !== null && this.room.values > 0) {
      this.kept.push(value);
      this.room.values -= 1;
      return;
    }
    if (this.kept !== null) {
      for (const one of this.kept) this.count(one);
      this.room.values += this.kept.length;
      this.kept = null;
    }
    this.count(value);
  }

  /** Null when nothing was added. */
  describe(): Distributed | null {
    if (this.kept !== null) {
      const described = describe(this.kept);
      return described && { ...described, exact: true, fences: fences(ascending(this.kept)) };
    }
    const { n, mean, sd, min, max } = this.running;
    if (mean === null || min === null || max === null) return null;
    const sorted = this.thinned();
    const { low, high } = fences(sorted);
    let outliers = 0;
    for (const [bucket, count] of this.buckets)
      if (middleOf(bucket) < low || middleOf(bucket) > high) outliers += count;
    const at = (share: number) => Math.min(max, Math.max(min, quantile(sorted, share)));
    return {
      n,
      mean,
      sd,
      interval: meanInterval({ n, mean, sd }),
      min,
      max,
      outliers,
      median: at(0.5),
      p90: at(0.9),
      p95: at(0.95),
      p99: at(0.99),
      exact: false,
      fences: { low, high },
    };
  }

  private count(value: number): void {
    const bucket = bucketOf(value);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1);
  }

  /** 100,000 values that lie as those that were counted do. */
  private thinned(): Float64Array {
    const sorted = [...this.buckets].sort(([a], [b]) => middleOf(a) - middleOf(b));
    const values = new Float64Array(100_001);
    const step = (this.running.n - 1) / (values.length - 1);
    let [place, upTo] = [-1, 0];
    for (let index = 0; index < values.length; index++) {
      while (upTo <= index * step && place < sorted.length - 1) upTo += sorted[++place]?.[1] ?? 0;
      values[index] = middleOf(sorted[place]?.[0] ?? 0);
    }
    return values;
  }
}

/** Magnitudes from 1e-12 up; what is smaller counts as zero, bucket 0. The sign of the number is that of the value. */
function bucketOf(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < 1e-12) return 0;
  return Math.sign(value) * (Math.floor(Math.log(magnitude / 1e-12) / growth) + 1);
}

function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  return Math.sign(bucket) * 1e-12 * Math.exp((Math.abs(bucket) - 0.5) * growth);
}
