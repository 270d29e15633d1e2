/** Sorted copy of the numbers. */
export function ascending(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * Quantile with linear interpolation (numpy's default, Hyndman and Fan's type 7).
 * @param sorted at least one value, ascending
 * @param share 0 to 1
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return quantileOf(sorted.length, (rank) => sorted[rank] ?? Number.NaN, share);
}

/** The same for values that are known by their rank only. */
export function quantileOf(n: number, at: (rank: number) => number, share: number): number {
  const place = (n - 1) * share;
  const below = Math.floor(place);
  const from = at(below);
  const to = at(Math.min(below + 1, n - 1));
  const part = place - below;
  // From the nearer end, like numpy, so that rounding is the same.
  return part < 0.5 ? from + (to - from) * part : to - (to - from) * (1 - part);
}

export function median(values: Iterable<number>): number {
  return quantile(ascending(values), 0.5);
}
