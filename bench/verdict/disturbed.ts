import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchOptions } from '../run-bench.js';
import { say } from '../run-bench.js';
import type { Measurement } from '../measurement.js';
import { type ExperimentName, type Judged, judgedRun, type VerdictBed } from './bed.js';

const busy = fileURLToPath(new URL('busy.py', import.meta.url));
/** The limit of the check is 10: at it, either verdict is right. */
const disturbances = [0, 5, 10, 20, 50, 100];

/** Runs something while a program uses a share of a core of this machine. */
async function beside<T>(percent: number, act: () => Promise<T>): Promise<T> {
  if (percent === 0) return act();
  const program = spawn('python3', ['-S', '-E', busy, String(percent)], { stdio: 'ignore' });
  try {
    return await act();
  } finally {
    program.kill('SIGKILL');
  }
}

/** Roles on both devices of a Lab. */
export const onLab = async (bed: VerdictBed, options: BenchOptions) =>
  series(await bed.onLab(), 'two', false, options);
/** A role on this machine. */
export const local = (bed: VerdictBed, options: BenchOptions) =>
  series(bed.onThisMachine(), 'one', true, options);

/** For sleeping and working roles and each disturbance: which runs are doubtful, and the load that was found in each trial. */
async function series(
  folder: string,
  name: ExperimentName,
  isLocal: boolean,
  { repeats, sizes: { runs = 1, seconds = 3 } }: BenchOptions,
): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  const where = isLocal ? 'one role, --local' : 'two roles, Lab';
  for (const work of [false, true]) {
    for (const percent of disturbances) {
      const what = `${where}, ${work ? 'working' : 'sleeping'}, ${percent} % beside`;
      const judged: Judged[] = [];
      for (let run = 0; run < runs; run += 1) {
        const one = await beside(percent, () =>
          judgedRun(folder, name, { work, seconds, repeats, local: isLocal }),
        );
        say(
          `${what}: ${one.verdict} (${one.doubts.join(', ')}), ${one.otherPercent.map((value) => value.toFixed(1)).join(' ')} %`,
        );
        judged.push(one);
      }
      measured.push(...linesOf(what, percent, judged));
    }
  }
  return measured;
}

function linesOf(what: string, percent: number, judged: readonly Judged[]): Measurement[] {
  const share = (fits: (one: Judged) => boolean) => (100 * judged.filter(fits).length) / judged.length;
  const shouldBe =
    percent < 10 ? { of: 'value' as const, atMost: 0 } : { of: 'value' as const, atLeast: 100 };
  return [
    { what: `${what}: found`, unit: '%', ours: judged.flatMap(({ otherPercent }) => otherPercent) },
    {
      what: `${what}: doubtful for it`,
      unit: '%',
      ours: [share(({ doubts }) => doubts.includes('other load'))],
      ...(percent !== 10 && { target: shouldBe }),
    },
    {
      what: `${what}: doubtful for other reasons`,
      unit: '%',
      ours: [share(({ doubts }) => doubts.some((check) => check !== 'other load'))],
      target: { of: 'value' as const, atMost: 0 },
    },
  ];
}
