import { type ChildProcess, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import type { Measurement } from '../measurement.js';
import { type BenchOptions, say } from '../run-bench.js';
import { CollabFleet } from './collab-fleet.js';
import { pause, Started } from './fleet.js';
import { SerfFleet } from './serf-fleet.js';

const size = 8;

/** How often a healthy member counts as failed while all cores are busy. */
export async function busy(_: unknown, { sizes }: BenchOptions): Promise<Measurement[]> {
  const minutes = sizes.minutes ?? 30;
  const started = new Started();
  const loads: ChildProcess[] = [];
  try {
    const lan = await started.add(CollabFleet.up('lan', size));
    const fast = await started.add(CollabFleet.up('fast', size));
    const serf = await started.add(SerfFleet.up(size));
    while (loads.length < cpus().length) {
      loads.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    }
    for (let minute = 1; minute <= minutes; minute += 1) {
      await pause(60_000);
      say(
        `   minute ${minute}/${minutes}: failures lan ${lan.failures()}, fast ${fast.failures()}, Serf ${serf.failures()}`,
      );
    }
    const note = `${minutes} minutes with one endless loop for each of ${cpus().length} cores; ${size} members of each at once. Each pair of members counts by itself.`;
    const peer = { name: 'Serf, lan', values: [serf.failures()] };
    return [
      {
        what: 'false failures, lan',
        unit: '',
        ours: [lan.failures()],
        peer,
        target: { of: 'value', atMost: 0 },
        note,
      },
      { what: 'false failures, fast', unit: '', ours: [fast.failures()], peer, note },
      { what: 'suspicions that were refuted or not, lan', unit: '', ours: [lan.suspicions()], note },
      { what: 'suspicions that were refuted or not, fast', unit: '', ours: [fast.suspicions()], note },
    ];
  } finally {
    for (const load of loads) load.kill('SIGKILL');
    await started.close();
  }
}
