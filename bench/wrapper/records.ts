import { fileURLToPath } from 'node:url';
import type { Measurement } from '../measurement.js';
import { program } from '../programs.js';
import type { BenchOptions } from '../run-bench.js';
import type { WrapperBench } from './python.js';

const script = fileURLToPath(new URL('records.py', import.meta.url));
const module = fileURLToPath(new URL('../../dist/wrapper', import.meta.url));
const calls = 20_000;

/** Cost of recording a row and a span; each is in its file when the call returns. */
export async function records(_: WrapperBench, { repeats }: BenchOptions): Promise<Measurement[]> {
  const took: { record_us: number; span_us: number }[] = [];
  for (let time = 0; time < repeats; time += 1) {
    const { stdout } = await program(['/usr/bin/python3', '-B', script, module, String(calls)]);
    took.push(JSON.parse(stdout) as (typeof took)[number]);
  }
  const line = (what: string, ours: number[]): Measurement => ({
    what,
    unit: 'us',
    ours,
    target: { of: 'value', atMost: 20 },
    note: `Mean of ${calls.toLocaleString('en')} calls, the write included.`,
  });
  return [
    line(
      'collab.record of seven values',
      took.map((one) => one.record_us),
    ),
    line(
      'collab.span',
      took.map((one) => one.span_us),
    ),
  ];
}
