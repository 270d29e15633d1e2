import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurement } from '../measurement.js';
import { program } from '../programs.js';
import { say, type BenchOptions } from '../run-bench.js';
import type { WrapperBench } from './python.js';

const wrapper = fileURLToPath(new URL('../../dist/wrapper/wrapper.py', import.meta.url));
const query = [
  'nvidia-smi',
  '--query-gpu=utilization.gpu,memory.used,power.draw',
  '--format=csv,noheader,nounits',
];

/** Load, memory and power of the first GPU: the wrapper's readings compared with nvidia-smi at the same time. */
export async function gpu(_: WrapperBench, { sizes }: BenchOptions): Promise<Measurement[]> {
  try {
    await program(query);
  } catch {
    say('   no NVIDIA GPU on this machine: its readings are not compared');
    return [];
  }
  const seconds = Math.max(5, sizes.seconds ?? 5);
  const folder = mkdtempSync(join(tmpdir(), 'collab-bench-'));
  try {
    const role = { run_id: 'bench', trial: 1, repeat: 0, role: 'gpu', rank: 0, count: 1 };
    const command = ['sleep', String(seconds)];
    writeFileSync(
      join(folder, 'role.json'),
      JSON.stringify({ ...role, command, directory: folder, sampling_s: 0.1 }),
    );
    const smi: number[][] = [];
    const run = { ended: false };
    const running = program(['/usr/bin/python3', '-B', wrapper, folder]).finally(() => (run.ended = true));
    while (!run.ended) {
      const { stdout } = await program(query);
      smi.push((stdout.split('\n')[0] ?? '').split(',').map(Number));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await running;
    const samples = readFileSync(join(folder, 'samples.jsonl'), 'utf8').trim().split('\n');
    const read = (name: string) =>
      samples.flatMap((line) => (JSON.parse(line) as Record<string, number>)[name] ?? []);
    const line = (what: string, unit: string, ours: number[], at: number): Measurement => ({
      what: `GPU 0: ${what}`,
      unit,
      ours,
      peer: { name: 'nvidia-smi', values: smi.map((one) => one[at] ?? NaN) },
      note: 'nvidia-smi runs at the same time, twice a second, with whatever load the GPU has.',
    });
    return [
      line('load', '%', read('gpu_load_percent.gpu0'), 0),
      line(
        'memory',
        'MiB',
        read('gpu_memory_bytes.gpu0').map((bytes) => bytes / 2 ** 20),
        1,
      ),
      line('power', 'W', read('power_w.gpu0'), 2),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
