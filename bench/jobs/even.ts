import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import { type JobsBed, labDevices } from './jobs-bed.js';

const seconds = 60;
const idealS = seconds / labDevices;

/** Tasks of one second on three workers, beside the time that they need if nothing else took any. */
export async function even(bed: JobsBed, { repeats }: BenchOptions): Promise<Measurement[]> {
  const [local, lab] = [await bed.local(), await bed.lab()];
  const count = ['--count', String(seconds)];
  const taken = await inTurn(repeats, {
    process: () => local.takenS(['sleep', '1'], ...local.three, ...count),
    container: () => lab.takenS(['sleep', '1'], ...count),
  });
  const line = (how: 'process' | 'container'): Measurement => ({
    what: `${seconds} tasks of 1 s on ${labDevices} workers, each a ${how}`,
    unit: 's',
    ours: taken[how],
    peer: { name: 'the ideal', values: [idealS] },
    target: { of: 'ratio', atMost: 1.15 },
  });
  return [line('process'), line('container')];
}
