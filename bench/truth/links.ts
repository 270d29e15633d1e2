import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitRecord } from '../../src/logs/index.js';
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

const bytesHow =
  'What the queue of the device (HTB) counted on its link, which splits merged packets, less what its sshd sent to the controller (iptables). Bound: 1 %.';

/** Do messages of any size take as long as the Lab's rate says? Claims are medians of ten messages. */
export async function links(): Promise<Truth[]> {
  const truths: Truth[] = [];
  for (const { rate, bitsPerMs } of rates) {
    const lab = await BenchLab.up({ devices: 2, cpus: 1, memory: '1g', rate });
    try {
      cpSync(experiment, join(lab.folder, 'TestCases/messages'), { recursive: true });
      for (const { name } of lab.lan.devices)
        await lab.onDevice(name, 'iptables', '-I', 'OUTPUT', ...fromSshd);
      const before = await linkBytes(lab);
      await lab.collab('run', 'messages', '--json');
      const after = await linkBytes(lab);
      const role = join(onlyRun(lab.folder), 'trials/1/sender-0');
      for (const [sizeBytes, times] of messageTimes(role)) {
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
      const device = senderDevice(onlyRun(lab.folder));
      truths.push(sentBytes(rate, role, (after.get(device) ?? NaN) - (before.get(device) ?? NaN)));
    } finally {
      await lab.down();
    }
  }
  return truths;
}

function sentBytes(rate: string, role: string, truth: number): Truth {
  const { totals } = exitRecord.parse(JSON.parse(readFileSync(join(role, 'exit.json'), 'utf8')));
  const claim = totals.network_wire_sent_bytes?.value ?? NaN;
  return {
    area: 'network',
    tried: `${rate}: bytes on the cable, of all messages`,
    unit: 'MB',
    claim: claim / 1e6,
    truth: truth / 1e6,
    allowed: (0.01 * truth) / 1e6,
    how: bytesHow,
  };
}

/** A rule without a target counts only. */
const fromSshd = ['-p', 'tcp', '--sport', '22'];

/** Bytes that each device has put on its link so far, without those of its sshd. */
async function linkBytes(lab: BenchLab): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  for (const { name } of lab.lan.devices) {
    const { stdout } = await lab.onDevice(name, 'tc', '-s', 'class', 'show', 'dev', 'eth0');
    const rules = await lab.onDevice(name, 'iptables', '-nvxL', 'OUTPUT', '1');
    const [, ofSshd = NaN] = rules.stdout.trim().split(/\s+/).map(Number);
    bytes.set(name, Number(/Sent (\d+) bytes/.exec(stdout)?.[1] ?? NaN) - ofSshd);
  }
  return bytes;
}

/** Folder of the only run. */
function onlyRun(folder: string): string {
  const runs = join(folder, 'Logs/messages');
  return join(runs, readdirSync(runs).find((name) => /^\d/.test(name)) ?? '');
}

function senderDevice(run: string): string {
  const { placement } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as {
    placement: { role: string; device: string }[];
  };
  return placement.find(({ role }) => role === 'sender')?.device ?? '';
}

/** What the sender recorded, by size. */
function messageTimes(role: string): Map<number, number[]> {
  const rows = readFileSync(join(role, 'results.jsonl'), 'utf8').trim().split('\n');
  const times = new Map<number, number[]>();
  for (const row of rows) {
    const { size_bytes, took_ms } = JSON.parse(row) as { size_bytes: number; took_ms: number };
    times.set(size_bytes, [...(times.get(size_bytes) ?? []), took_ms]);
  }
  return times;
}
