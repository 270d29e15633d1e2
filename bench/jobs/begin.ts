import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import type { JobsBed } from './jobs-bed.js';
import type { JobsFleet } from './jobs-fleet.js';

/** Prints when it began, in seconds. */
const printsTime = ['date', '+%s.%N'];

/** How soon the command of a task runs on a worker that has nothing to do. */
export async function begin(bed: JobsBed, { sizes }: BenchOptions): Promise<Measurement[]> {
  const { begins = 15 } = sizes;
  const local = await bed.local();
  const lab = await bed.lab();
  const process = await lines(local, 'as a process', 0.15, begins, local.three);
  return process.concat(await lines(lab, 'in a container', 0.6, begins, []));
}

async function lines(
  fleet: JobsFleet,
  how: string,
  atMost: number,
  begins: number,
  flags: readonly string[],
): Promise<Measurement[]> {
  const fromSubmission: number[] = [];
  for (let at = 0; at < begins; at += 1) {
    const id = await fleet.submit(printsTime, ...flags);
    const { submitted_at } = await fleet.done(id);
    fromSubmission.push(...(await begunS(fleet, id)).map((one) => one - Date.parse(submitted_at) / 1000));
  }
  const id = await fleet.submit(printsTime, '--count', String(begins * 3), ...flags);
  const { task_list: tasks } = await fleet.done(id);
  const begun = await begunS(fleet, id);
  const fromAssignment = tasks.map(
    ({ ends }, at) => (begun[at] ?? NaN) - Date.parse(ends.at(-1)?.assigned_at ?? '') / 1000,
  );
  const unit = 's';
  return [
    {
      what: `until the command runs ${how}, p50`,
      unit,
      ours: fromSubmission,
      target: { of: 'value', atMost },
      note: `From when the leader takes a job until \`date\` runs, on workers that have nothing to do; ${begins} jobs, one after the other. The job's folder is brought in this time.`,
    },
    {
      what: `the same, other tasks of a job, p50`,
      unit,
      ours: fromAssignment,
      note: `From when the leader gives a task to a worker; ${begins * 3} tasks on three workers, which are all busy with them.`,
    },
  ];
}

/** When the tasks of a job began, in their order. */
async function begunS(fleet: JobsFleet, id: string): Promise<number[]> {
  const { stdout } = await fleet.collab('job', 'logs', id);
  // Of a job with several tasks, each is under a heading.
  return stdout
    .split('\n')
    .filter((line) => /^\d+\.\d+$/.test(line))
    .map(Number);
}
