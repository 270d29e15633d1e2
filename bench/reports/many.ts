import type { Measurement } from '../measurement.js';
import { say, type BenchOptions } from '../run-bench.js';
import type { SampleRuns } from './samples-run.js';
import { ours } from './writers.js';

/** Ten times the samples should take ten times as long but no more memory. */
export async function many(runs: SampleRuns, { sizes }: BenchOptions): Promise<Measurement[]> {
  const samples = sizes.many ?? 10_000_000;
  const folder = await runs.of(samples);
  const lines: Measurement[] = [];
  for (const format of ['csv', 'json', 'parquet', 'html']) {
    const { tookMs, peakMb } = await ours(format)(folder);
    say(`   ${format}: ${(tookMs / 1000).toFixed(1)} s, ${Math.round(peakMb)} MB`);
    const what = `${samples} samples to ${format.toUpperCase()}`;
    lines.push({ what, unit: 's', ours: [tookMs / 1000] });
    const target = { of: 'value', atMost: 150 } as const;
    lines.push({ what: `${what}, peak memory`, unit: 'MB', ours: [peakMb], target });
  }
  return lines;
}
