import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import type { JobsBed } from './jobs-bed.js';
import { pause } from './jobs-fleet.js';
import { cpuS, memoryMb } from './processes.js';

const tasks = 50;
const settleMs = 5000;

/** What a worker costs that has run tasks and has nothing to do. */
export async function workerCost(bed: JobsBed, { sizes }: BenchOptions): Promise<Measurement[]> {
  const { idle = 60 } = sizes;
  const fleet = await bed.local();
  const pid = fleet.agentOf(fleet.plain);
  const unused = cpuS(pid);
  await fleet.takenS(['true'], '--pool', 'plain', '--count', String(tasks));
  const perTaskMs = ((cpuS(pid) - unused) * 1000) / tasks;
  await pause(settleMs);
  const before = cpuS(pid);
  await pause(idle * 1000);
  const used = (100 * (cpuS(pid) - before)) / idle;
  const note = `The agent of a member that is no keeper, after ${tasks} tasks, over ${idle} s without any.`;
  return [
    {
      what: 'memory of a worker',
      unit: 'MB',
      ours: [memoryMb(pid, 'VmRSS') ?? NaN],
      target: { of: 'value', atMost: 90 },
      note,
    },
    {
      what: 'CPU of a worker that has nothing to do',
      unit: '% of a core',
      ours: [used],
      target: { of: 'value', atMost: 0.5 },
      note,
    },
    { what: 'its peak memory', unit: 'MB', ours: [memoryMb(pid, 'VmHWM') ?? NaN], note },
    {
      what: 'its CPU for each task, a process',
      unit: 'ms',
      ours: [perTaskMs],
      note: 'Of the agent alone, without the wrapper; the files of the job and of the wrapper are in it once.',
    },
  ];
}
