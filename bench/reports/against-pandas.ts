import type { Measurement } from '../measurement.js';
import { type BenchOptions, type Part, say } from '../run-bench.js';
import type { SampleRuns } from './samples-run.js';
import { ours, pandas, type Writer, type Written } from './writers.js';

const note =
  'Whole programs, start included, from the same JSON lines to the same table of 15 columns. pandas builds the frame ' +
  'in memory; ours passes over the lines twice.';
const writingNote = 'pandas from the frame in memory; ours with its second pass over the lines.';

interface Peer {
  name: string;
  write: Writer;
}

/** Limits for collab: time relative to the peer, and memory. */
interface Limits {
  ratio: number;
  memoryMb: number;
}

/** collab compared with pandas, in one format. */
export function againstPandas(
  part: string,
  format: string,
  [engine, name]: readonly [engine: string, name: string],
  { ratio, memoryMb }: Limits,
): Part<SampleRuns> {
  return {
    name: part,
    async measure(runs, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
      const samples = sizes.samples ?? 1_000_000;
      const folder = await runs.of(samples);
      const own = await times(repeats, { name: `ours, ${format}`, write: ours(format) }, folder);
      const theirs = await times(repeats, { name, write: pandas(engine) }, folder);
      const what = `${samples} samples to ${format.toUpperCase()}`;
      const seconds = (all: Written[], time: 'tookMs' | 'writeMs') => all.map((one) => one[time] / 1000);
      const peaks = (all: Written[]) => all.map(({ peakMb }) => peakMb);
      return [
        {
          what: `${what}, read and write`,
          unit: 's',
          ours: seconds(own, 'tookMs'),
          peer: { name, values: seconds(theirs, 'tookMs') },
          target: { of: 'ratio', atMost: ratio },
          note,
        },
        {
          what: `${what}, write alone`,
          unit: 's',
          ours: seconds(own, 'writeMs'),
          peer: { name, values: seconds(theirs, 'writeMs') },
          note: writingNote,
        },
        {
          what: `${what}, peak memory`,
          unit: 'MB',
          ours: peaks(own),
          peer: { name, values: peaks(theirs) },
          target: { of: 'value', atMost: memoryMb },
        },
      ];
    },
  };
}

async function times(repeats: number, { name, write }: Peer, folder: string): Promise<Written[]> {
  const all: Written[] = [];
  for (let repeat = 1; repeat <= repeats; repeat++) {
    const written = await write(folder);
    all.push(written);
    say(
      `   ${repeat}/${repeats} ${name}: ${(written.tookMs / 1000).toFixed(1)} s, ${Math.round(written.peakMb)} MB`,
    );
  }
  return all;
}
