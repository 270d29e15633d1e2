import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import { Celery } from './celery.js';
import { type JobsBed, labDevices } from './jobs-bed.js';

/** Whole tasks that run `true`, beside Celery and ssh. */
export async function wholeTasks(bed: JobsBed, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const { tasks = 500 } = sizes;
  const [local, lab] = [await bed.local(), await bed.lab()];
  await using celery = await Celery.start('equal', labDevices);
  const count = ['--count', String(tasks)];
  const taken = await inTurn(repeats, {
    process: async () => tasks / (await local.takenS(['true'], ...local.three, ...count)),
    container: async () => tasks / (await lab.takenS(['true'], ...count)),
    ssh: () => lab.sshRate(tasks),
    celery: () => celery.rate('program', tasks),
  });
  const note = `${tasks} tasks \`true\` on ${labDevices} workers, one at a time on each. collab: under the wrapper, in a folder of its own, its logs and samples in the store with three replicas, each with an fsync; from the submission to the end by the leader's clock. ssh: a loop for each of ${labDevices} devices, a connection for each task; nothing is kept. Celery: a subprocess, its exit code in Redis with appendfsync always. All devices share the cores of one machine.`;
  const against = (runs: 'process' | 'container', peer: 'ssh' | 'celery', name: string): Measurement => ({
    what: `whole tasks, each a ${runs}`,
    unit: 'tasks/s',
    ours: taken[runs],
    peer: { name, values: taken[peer] },
    ...(peer === 'ssh' && { target: { of: 'ratio', atLeast: 1 } }),
    note,
  });
  return [
    against('process', 'ssh', 'a loop over ssh'),
    against('process', 'celery', 'Celery, a subprocess'),
    against('container', 'ssh', 'a loop over ssh'),
  ];
}
