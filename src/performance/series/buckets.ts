/**
 * Reduces a series of any length to buckets of equal width without losing peaks: each bucket keeps the minimum, mean and
 * maximum of its values. Empty buckets are left out; the others are in order of time.
 */
export class Buckets {
  private readonly byIndex = new Map<number, Bucket>();

  constructor(readonly widthS: number) {}

  /** @param part the trial; lines do not connect different trials */
  add(timeS: number, value: number, part: number): void {
    const index = Math.floor(timeS / this.widthS);
    const bucket = this.byIndex.get(index);
    if (bucket === undefined)
      this.byIndex.set(index, { index, part, min: value, max: value, sum: value, n: 1 });
    else {
      bucket.min = Math.min(bucket.min, value);
      bucket.max = Math.max(bucket.max, value);
      bucket.sum += value;
      bucket.n += 1;
    }
  }

  points(): Point[] {
    return [...this.byIndex.values()]
      .sort((a, b) => a.index - b.index)
      .map(({ index, part, min, max, sum, n }) => ({
        timeS: (index + 0.5) * this.widthS,
        part,
        min,
        mean: sum / n,
        max,
        n,
      }));
  }
}

interface Bucket {
  readonly index: number;
  readonly part: number;
  min: number;
  max: number;
  sum: number;
  n: number;
}

/** Values of one bucket; the time is its center, in seconds since the start of the run. */
export interface Point {
  readonly timeS: number;
  /** Number of the trial. */
  readonly part: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** Number of values in it. */
  readonly n: number;
}
