import { describe, type Description, fences } from './describe.js';
import { ascending, quantile } from './quantile.js';
import { Running } from './running.js';
import { meanInterval } from './student-t.js';

/** The number of values that all distributions sharing this object may still keep. */
export class ValueBudget {
  constructor(public values: number) {}
}

/** Each bucket is 0.1 % wider than the one before, so a percentile is off by at most half of that. */
const growth = Math.log(1.001);

export interface Distributed extends Description {
  /** False if there were too many values to keep: percentiles, median and outliers are then within 0.05 %. */
  readonly exact: boolean;
  /** Values outside are outliers (Tukey). */
  readonly fences: { readonly low: number; readonly high: number };
}

/**
 * The results of `describe` for a stream of values. Values are kept, and the results exact, while the budget lasts. Then
 * they are counted in logarithmic buckets, whose memory does not grow with the number of values.
 */
export class Distribution {
  readonly running = new Running();
  private kept: number[] | null = [];
  private readonly buckets = new Map<number, number>();

  constructor(private readonly budget: ValueBudget) {}

  add(value: number): void {
    this.running.add(value);
    if (this.kept !== null && this.budget.values > 0) {
      this.kept.push(value);
      this.budget.values -= 1;
      return;
    }
    if (this.kept !== null) {
      for (const one of this.kept) this.count(one);
      this.budget.values += this.kept.length;
      this.kept = null;
    }
    this.count(value);
  }

  /** Null if nothing was added. */
  describe(): Distributed | null {
    if (this.kept !== null) {
      const described = describe(this.kept);
      return described && { ...described, exact: true, fences: fences(ascending(this.kept)) };
    }
    const { n, mean, sd, min, max } = this.running;
    if (mean === null || min === null || max === null) return null;
    const sorted = this.resampled();
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

  /** About 100,000 values with the distribution of those that were counted. */
  private resampled(): Float64Array {
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

/** Magnitudes below 1e-12 count as zero, bucket 0. The bucket has the sign of the value. */
function bucketOf(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < 1e-12) return 0;
  return Math.sign(value) * (Math.floor(Math.log(magnitude / 1e-12) / growth) + 1);
}

function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  return Math.sign(bucket) * 1e-12 * Math.exp((Math.abs(bucket) - 0.5) * growth);
}
