import { inTurn, type Take } from '../in-turn.js';
import { median, type Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import { bareBytes, cost, type Which, type WrapperBench } from './python.js';

const mib = 2 ** 20;
const notes = {
  psutil:
    'CPU of the sampler in percent of one processor, without its start; psutil reads CPU, memory and I/O of each process.',
  mprof: 'mprof reads memory only.',
  cgroup: 'In a separate cgroup, as in a container.',
};

/** What the samplers cost while they sample, at 10 and 100 Hz, with one process and with a tree of 20. */
export async function samplerCost({ wrappers }: WrapperBench, { repeats, sizes }: BenchOptions) {
  const seconds = sizes.seconds ?? 5;
  const lines: Measurement[] = [];
  for (const { name, load, hz, limit, peers } of [
    { name: 'one process, 10 Hz', load: ['busy'], hz: 10, limit: null, peers: ['psutil', 'mprof'] as const },
    {
      name: 'a tree of 20, 10 Hz',
      load: ['tree', 20],
      hz: 10,
      limit: 1,
      peers: ['psutil', 'mprof'] as const,
    },
    { name: 'one process, 100 Hz', load: ['busy'], hz: 100, limit: null, peers: ['psutil'] as const },
    { name: 'a tree of 20, 100 Hz', load: ['tree', 20], hz: 100, limit: null, peers: ['psutil'] as const },
  ]) {
    const peakBytes = new Map<Which, number[]>();
    const rates = new Map<Which, number[]>();
    const take = (which: Which): Take => {
      return async () => {
        const { cpu_percent, peak_bytes, rate_hz } = await cost(which, hz, seconds, ...load);
        peakBytes.set(which, [...(peakBytes.get(which) ?? []), peak_bytes]);
        rates.set(which, [...(rates.get(which) ?? []), rate_hz]);
        return cpu_percent;
      };
    };
    const all: Which[] = [...wrappers, ...peers];
    const values = await inTurn(repeats, Object.fromEntries(all.map((which) => [which, take(which)])));
    const of = (which: Which) => values[which] ?? [];
    for (const which of wrappers) {
      const where = which === 'wrapper' ? '' : ', own cgroup';
      for (const peer of peers) {
        const held = peer === 'psutil' && load[0] === 'busy';
        const ratio = held ? { target: { of: 'ratio' as const, atMost: 0.5 } } : {};
        const reached = (one: Which) => median(rates.get(one) ?? []).toFixed(0);
        const pace = `Samples a second: ${reached(which)}, ${peer} ${reached(peer)}.`;
        const note = hz === 100 ? pace : which === 'wrapper' ? notes[peer] : notes.cgroup;
        lines.push({
          what: `CPU: ${name}${where}`,
          unit: '%',
          ours: of(which),
          note,
          peer: { name: peer, values: of(peer) },
          ...ratio,
        });
      }
      if (limit !== null)
        lines.push({
          what: `CPU: ${name}${where}, of wall`,
          unit: '%',
          ours: of(which),
          target: { of: 'value', atMost: limit },
        });
    }
    if (hz === 10) lines.push(...(await memoryLines(name, wrappers, peakBytes, repeats)));
  }
  return lines;
}

async function memoryLines(
  name: string,
  wrappers: readonly Which[],
  peakBytes: ReadonlyMap<Which, number[]>,
  repeats: number,
): Promise<Measurement[]> {
  const bare = Math.min(...(await Promise.all(Array.from({ length: Math.min(5, repeats) }, bareBytes))));
  const aboveMb = (which: Which) => (peakBytes.get(which) ?? []).map((bytes) => (bytes - bare) / mib);
  return wrappers.map((which) => ({
    what: `peak memory above a bare Python: ${name}${which === 'wrapper' ? '' : ', own cgroup'}`,
    unit: 'MiB',
    ours: aboveMb(which),
    peer: { name: 'psutil', values: aboveMb('psutil') },
    target: { of: 'value' as const, atMost: 6 },
  }));
}
