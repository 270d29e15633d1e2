/** Each bucket is 0.1 % wider than the one before, so its middle is off by at most half of that (0.04999 %). */
const growth = Math.log(1.001);
/** Makes the index of the smallest double, 5e-324, positive, so that a key can carry the sign of its values. */
const lowest = 745_000;

/**
 * Counts numbers in narrow buckets: a value of any rank is known within 0.05 %, whatever the shape of the distribution,
 * and the memory does not grow with the number of values.
 */
export class LogBuckets {
  private readonly counts = new Map<number, number>();

  add(value: number): void {
    const key = keyOf(value);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  merge(other: LogBuckets): void {
    for (const [key, count] of other.counts) this.counts.set(key, (this.counts.get(key) ?? 0) + count);
  }

  /** The middle of each bucket in ascending order, with the number of its values. */
  ascending(): { readonly value: number; readonly count: number }[] {
    const keys = [...this.counts.keys()].sort((a, b) => a - b);
    return keys.map((key) => ({ value: middleOf(key), count: this.counts.get(key) ?? 0 }));
  }
}

/** 0 for zero; otherwise in the order of the values, with their sign. */
function keyOf(value: number): number {
  if (value === 0) return 0;
  return Math.sign(value) * (Math.floor(Math.log(Math.abs(value)) / growth) + lowest);
}

function middleOf(key: number): number {
  if (key === 0) return 0;
  return Math.sign(key) * Math.exp((Math.abs(key) - lowest + 0.5) * growth);
}
