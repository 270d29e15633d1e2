import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import { samples, type WrapperBench } from './python.js';

/** Whether samples late in a run cost as much as early ones, and whether memory grows. */
export async function constantCost(_: WrapperBench, { sizes }: BenchOptions): Promise<Measurement[]> {
  const count = sizes.samples ?? 100_000;
  const { first_us, last_us, grown_bytes } = await samples(count);
  const many = count.toLocaleString('en');
  return [
    {
      what: `CPU of a sample at the end of ${many}`,
      unit: 'us',
      ours: [last_us],
      peer: { name: 'near the beginning', values: [first_us] },
      target: { of: 'ratio', atMost: 1.1 },
      note: 'Samples of one process without a pause, as at 10 Hz for hours; the best of five blocks at each end.',
    },
    {
      what: `memory of the wrapper that grew over ${many} samples`,
      unit: 'MiB',
      ours: [grown_bytes / 2 ** 20],
      target: { of: 'value', atMost: 0.5 },
    },
  ];
}
