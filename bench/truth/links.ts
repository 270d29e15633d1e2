import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchLab } from '../bench-lab.js';
import { median } from '../measurement.js';
import type { Truth } from './truth.js';

const experiment = fileURLToPath(new URL('messages', import.meta.url));
const rates = [
  { rate: '10mbit', bitsPerMs: 10_000 },
  { rate: '100mbit', bitsPerMs: 100_000 },
];
/** A TCP packet of 1,448 bytes has 66 bytes of headers: Ethernet, IPv4 and TCP with timestamps. */
const [payloadBytes, headerBytes] = [1448, 66];
const how =
  'Bytes with the headers of all packets, divided by the rate given to `lab up --rate`; from one device to another, both clocks being the same. Bound: 5 %, or one packet of 1,514 bytes if that is longer, since a packet leaves when its time on the link begins.';

/** Do messages of any size take as long as the Lab's rate says? Claims are medians of ten messages. */
export async function links(): Promise<Truth[]> {
  const truths: Truth[] = [];
  for (const { rate, bitsPerMs } of rates) {
    const lab = await BenchLab.up({ devices: 2, cpus: 1, memory: '1g', rate });
    try {
      cpSync(experiment, join(lab.folder, 'TestCases/messages'), { recursive: true });
      await lab.collab('run', 'messages', '--json');
      for (const [sizeBytes, times] of messageTimes(lab.folder)) {
        const wireBytes = sizeBytes + Math.ceil(sizeBytes / payloadBytes) * headerBytes;
        const truth = (wireBytes * 8) / bitsPerMs;
        truths.push({
          area: 'network',
          tried: `${rate}: message of ${sizeBytes.toLocaleString('en')} bytes`,
          unit: 'ms',
          claim: median(times),
          truth,
          allowed: Math.max(0.05 * truth, ((payloadBytes + headerBytes) * 8) / bitsPerMs),
          how,
        });
      }
    } finally {
      await lab.down();
    }
  }
  return truths;
}

/** What the sender of the only run recorded, by size. */
function messageTimes(folder: string): Map<number, number[]> {
  const runs = join(folder, 'Logs/messages');
  const run = readdirSync(runs).find((name) => /^\d/.test(name)) ?? '';
  const rows = readFileSync(join(runs, run, 'trials/1/sender-0/results.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const times = new Map<number, number[]>();
  for (const row of rows) {
    const { size_bytes, took_ms } = JSON.parse(row) as { size_bytes: number; took_ms: number };
    times.set(size_bytes, [...(times.get(size_bytes) ?? []), took_ms]);
  }
  return times;
}
