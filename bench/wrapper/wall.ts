import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import { overhead, type WrapperBench } from './python.js';

/** How much longer a load takes under the wrapper, measured in alternating pairs by its `--overhead`. */
export async function overheadPart(
  _: WrapperBench,
  { repeats, sizes }: BenchOptions,
): Promise<Measurement[]> {
  const lines: Measurement[] = [];
  const pairs = Math.max(9, repeats);
  for (const hz of [10, 100]) {
    const { bare_walls_s, wrapped_walls_s } = await overhead(pairs, sizes.seconds ?? 5, 1 / hz);
    lines.push({
      what: `wall time of one busy process, ${hz} Hz: longer by`,
      unit: '%',
      ours: wrapped_walls_s.map((wrapped, at) => 100 * (wrapped / (bare_walls_s[at] ?? NaN) - 1)),
      target: { of: 'value', atMost: 0.5 },
      note: 'Each of the pairs, bare and wrapped, from the start of the load to its end; the median counts.',
    });
  }
  return lines;
}
