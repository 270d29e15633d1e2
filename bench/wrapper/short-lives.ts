import type { Measurement } from '../measurement.js';
import { say, type BenchOptions } from '../run-bench.js';
import { atTheEnd, type Which, type WrapperBench } from './python.js';

const mib = 2 ** 20;
const childMs = 20;
const [peakMib, peakMs] = [200, 50];

/** How well each sampler measures short events: children of 20 ms, a peak of 50 ms. */
export async function shortLives({ wrappers }: WrapperBench, { repeats, sizes }: BenchOptions) {
  const lines: Measurement[] = [];
  const times = Math.min(repeats, 5);
  const children = sizes.children ?? 400;
  const cpuOff = await offBy(
    times,
    [...wrappers, 'psutil'],
    ['children', children, childMs],
    ({ truth, cpu_s }) => {
      return (100 * ((cpu_s ?? 0) - truth)) / truth;
    },
  );
  for (const which of wrappers)
    lines.push({
      what: `CPU of ${children} children of ${childMs} ms: off by${where(which)}`,
      unit: '%',
      ours: cpuOff(which),
      peer: { name: 'psutil, 10 Hz', values: cpuOff('psutil') },
      target: { of: 'value', atMost: 0.5 },
      note: 'Compared with wait4 in the load, which does not include the time after it was printed.',
    });
  const peakOff = await offBy(
    times,
    [...wrappers, 'psutil', 'mprof'],
    ['peak', peakMib, peakMs],
    ({ truth, peak_bytes }) => (100 * (peak_bytes - truth)) / truth,
  );
  for (const peer of ['psutil', 'mprof'] as const)
    lines.push({
      what: `peak of ${peakMib} MiB for ${peakMs} ms: off by`,
      unit: '%',
      ours: peakOff('wrapper'),
      peer: { name: `${peer}, 10 Hz`, values: peakOff(peer) },
      target: { of: 'value', atMost: 2 },
      note: `Against ru_maxrss of the load; ${peakMib} MiB are ${((peakMib * mib) / 1e6).toFixed(0)} MB, and its Python 10 more.`,
    });
  return lines;
}

const where = (which: Which) => (which === 'wrapper' ? '' : ', own cgroup');

/** Runs all samplers in turn; returns the absolute error of each in percent. */
async function offBy(
  times: number,
  whiches: readonly Which[],
  load: (string | number)[],
  off: (answer: Awaited<ReturnType<typeof atTheEnd>>) => number,
): Promise<(which: Which) => number[]> {
  const values = new Map<Which, number[]>(whiches.map((which) => [which, []]));
  for (let time = 1; time <= times; time += 1)
    for (const which of whiches) {
      const value = off(await atTheEnd(which, 10, ...load));
      say(`   ${time}/${times} ${which}: ${value.toFixed(3)} %`);
      values.get(which)?.push(Math.abs(value));
    }
  return (which) => values.get(which) ?? [];
}
