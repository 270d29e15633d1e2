import { ascending, quantile } from './quantile.js';
import { randomFrom } from './random.js';
import type { Interval } from './student-t.js';

/**
 * Percentile bootstrap: the middle 95 % of a statistic over samples drawn with replacement from the values. For statistics
 * without a known interval, such as a median or a ratio. Too narrow below about ten values.
 * @param samples groups of values, each resampled separately
 * @param seed the same seed gives the same interval
 */
export function bootstrapInterval(
  samples: readonly (readonly number[])[],
  statistic: (...drawn: number[][]) => number,
  { confidence = 0.95, draws = 2000, seed = 1 } = {},
): Interval | null {
  if (samples.some((sample) => sample.length < 2)) return null;
  const random = randomFrom(seed);
  const values = ascending(
    Array.from({ length: draws }, () =>
      statistic(
        ...samples.map((sample) => sample.map(() => sample[Math.floor(random() * sample.length)] ?? 0)),
      ),
    ),
  );
  const tail = (1 - confidence) / 2;
  return { low: quantile(values, tail), high: quantile(values, 1 - tail) };
}
