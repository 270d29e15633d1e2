import type { Measurement } from '../measurement.js';
import type { Part } from '../run-bench.js';
import { say, type BenchOptions } from '../run-bench.js';
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

/** Ours against pandas, in one format. */
export function besidePandas(
  format: string,
  peers: readonly [engine: string, name: string][],
  mostMb: number,
): Part<SampleRuns> {
  return {
    name: format,
    async measure(runs, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
      const samples = sizes.samples ?? 1_000_000;
      const folder = await runs.of(samples);
      const own = await times(repeats, { name: `ours, ${format}`, write: ours(format) }, folder);
      const what = `${samples} samples to ${format.toUpperCase()}`;
      const lines: Measurement[] = [];
      for (const [engine, name] of peers) {
        const theirs = await times(repeats, { name, write: pandas(engine) }, folder);
        const seconds = (all: Written[], part: 'tookMs' | 'writeMs') => all.map((one) => one[part] / 1000);
        const peer = { name, values: seconds(theirs, 'tookMs') };
        const ratio = { of: 'ratio', atMost: 0.5 } as const;
        lines.push({
          what: `${what}, read and write`,
          unit: 's',
          ours: seconds(own, 'tookMs'),
          peer,
          target: ratio,
          note,
        });
        const writing = { name, values: seconds(theirs, 'writeMs') };
        lines.push({
          what: `${what}, write alone`,
          unit: 's',
          ours: seconds(own, 'writeMs'),
          peer: writing,
          note: writingNote,
        });
        const peaks = { name, values: theirs.map(({ peakMb }) => peakMb) };
        const most = { of: 'value', atMost: mostMb } as const;
        lines.push({
          what: `${what}, peak memory`,
          unit: 'MB',
          ours: own.map(({ peakMb }) => peakMb),
          peer: peaks,
          target: most,
        });
      }
      return lines;
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
