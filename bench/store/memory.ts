import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Measurement } from '../measurement.js';
import { say } from '../run-bench.js';
import type { StoreBed } from './store-bed.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const size = 1e9;
/** The reader takes so much, and waits so long. */
const sip = { bytes: 1 << 20, everyMs: 25 };

/** Memory of a get of 1 GB whose reader takes 40 MB/s. */
export async function memory(bed: StoreBed): Promise<Measurement[]> {
  const file = bed.file(size);
  const name = bed.newName();
  const { tookMs } = await bed.store('put', file, name);
  bed.remove(file);
  say(`   put of 1 GB: ${(tookMs / 1000).toFixed(1)} s`);
  const child = spawn(process.execPath, [command, 'store', 'get', name, '-'], {
    cwd: bed.lab.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let got = 0;
  let peakKb = 0;
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let sipped = 0;
  for await (const piece of child.stdout as AsyncIterable<Buffer>) {
    got += piece.length;
    sipped += piece.length;
    if (sipped < sip.bytes) continue;
    sipped = 0;
    peakKb = Math.max(peakKb, peakOf(child.pid));
    await new Promise((resolve) => setTimeout(resolve, sip.everyMs));
  }
  const code = await ended;
  await bed.store('delete', name, '--yes');
  if (code !== 0 || got !== size) throw new Error(`the get ended with ${String(code)} after ${got} bytes`);
  return [
    {
      what: 'memory of a get of 1 GB with a slow reader',
      unit: 'MB',
      ours: [peakKb / 1024],
      target: { of: 'value', atMost: 150 },
      note: 'Peak of the resident memory of the whole process, Node included (VmHWM).',
    },
    { what: 'put 1 GB, three replicas', unit: 's', ours: [tookMs / 1000] },
  ];
}

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
