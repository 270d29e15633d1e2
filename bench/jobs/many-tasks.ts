import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../measurement.js';
import type { BenchOptions } from '../run-bench.js';
import type { JobsBed } from './jobs-bed.js';
import { command, type LocalFleet } from './local-fleet.js';
import { memoryMb } from './processes.js';

const lookEveryMs = 10;

/** A job of very many tasks, each with a row of a CSV file, none of which can run. */
export async function manyTasks(bed: JobsBed, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const { many = 100_000 } = sizes;
  const fleet = await bed.local();
  const rows = join(fleet.folder, 'rows.csv');
  writeFileSync(
    rows,
    `number,half\n${Array.from({ length: many }, (_, at) => `${at},${at / 2}\n`).join('')}`,
  );
  const taken = {
    peakMb: [] as number[],
    submitS: [] as number[],
    listS: [] as number[],
    cancelS: [] as number[],
  };
  for (let at = 0; at < repeats; at += 1) {
    const submitted = await submit(fleet, rows);
    taken.peakMb.push(submitted.peakMb);
    taken.submitS.push(submitted.tookS);
    taken.listS.push((await fleet.collab('job', 'list')).tookMs / 1000);
    taken.cancelS.push((await fleet.collab('job', 'cancel', submitted.id)).tookMs / 1000);
  }
  const note = 'The whole command, the start of Node included.';
  const inS = { unit: 's', note };
  return [
    {
      what: `memory of submit, ${many} tasks`,
      unit: 'MB',
      ours: taken.peakMb,
      target: { of: 'value', atMost: 200 },
      note: `Peak of the resident memory of the process (VmHWM). The parameters are rows of a CSV file; the pool of the job is empty.`,
    },
    { what: `submit, ${many} tasks`, ours: taken.submitS, ...inS },
    { what: `list, ${many} tasks queued`, ours: taken.listS, target: { of: 'value', atMost: 1 }, ...inS },
    { what: `cancel, ${many} tasks queued`, ours: taken.cancelS, target: { of: 'value', atMost: 1 }, ...inS },
  ];
}

async function submit(
  fleet: LocalFleet,
  rows: string,
): Promise<{ id: string; peakMb: number; tookS: number }> {
  const startedMs = performance.now();
  const words = fleet.submitting(['true', '{number}', '{half}'], '--each', rows, '--pool', 'nobody');
  const child = spawn(process.execPath, [command, ...words], {
    cwd: fleet.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakMb = 0;
  const looking = setInterval(() => {
    peakMb = Math.max(peakMb, memoryMb(child.pid, 'VmHWM') ?? 0);
  }, lookEveryMs);
  let printed = '';
  child.stdout.on('data', (piece: Buffer) => (printed += piece.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(looking);
  const id = /"id":"([^"]+)"/.exec(printed)?.[1];
  if (code !== 0 || id === undefined) throw new Error(`submit ended with ${String(code)}: ${printed}`);
  return { id, peakMb, tookS: (performance.now() - startedMs) / 1000 };
}
