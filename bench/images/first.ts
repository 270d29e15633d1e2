import type { Measurement } from '../measurement.js';
import { say, type BenchOptions } from '../run-bench.js';
import { base, Pushing, type PushTimes } from './pushing.js';
import { Written } from './written.js';

const bitsPerByte = 8;
const ours = `${base} and a small script, to an empty device over a connection that is open`;

/** First delivery over 1 Gbit/s, beside save-and-load of the same base. */
export async function oneDevice(_: null, { repeats }: BenchOptions): Promise<Measurement[]> {
  const pushing = await Pushing.up({ devices: 1, rate: '1gbit' });
  try {
    pushing.experiment('first', { 'main.py': 'print("first")\n' });
    const device = pushing.lab.lan.devices[0]?.name ?? '';
    const pushes: PushTimes[] = [];
    const [loads, written, writtenByLoad]: number[][] = [[], [], []];
    await pushing.push('first');
    const ref = await pushing.baseRef();
    const sizeBytes = await unpackedBytes(pushing, ref);
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      await pushing.empty();
      const byUs = await Written.of(pushing.lab, device);
      pushes.push(await pushing.push('first'));
      written?.push((await byUs.bytes()) / sizeBytes);
      await pushing.empty();
      const byThem = await Written.of(pushing.lab, device);
      loads?.push(await pushing.saveAndLoad(ref));
      writtenByLoad?.push((await byThem.bytes()) / sizeBytes);
      say(
        `   ${repeat}/${repeats}: ${pushes.at(-1)?.seconds.toFixed(1) ?? ''} s, save-and-load ${loads?.at(-1)?.toFixed(1) ?? ''} s`,
      );
    }
    const seconds = pushes.map((one) => one.seconds);
    const peer = 'docker save | ssh docker load';
    const packing = pushes.map((one) => one.packingSeconds);
    return [
      {
        what: `first delivery of ${base}, 1 Gbit/s, one device`,
        ...{ unit: 's', ours: seconds, peer: { name: peer, values: loads ?? [] }, note: ours },
        target: { of: 'ratio', atMost: 0.55 },
      },
      {
        what: '... by its bytes over the link',
        ...{ unit: 'x', ours: pushes.map((one) => one.seconds / overLink(one.sentBytes, 1e9)) },
        target: { of: 'value', atMost: 1.15 },
      },
      { what: '... layers made ready on this machine besides', unit: 's', ours: packing },
      {
        what: '... written by the device, by the size of the image',
        ...{ unit: 'x', ours: written ?? [], peer: { name: peer, values: writtenByLoad ?? [] } },
        target: { of: 'value', atMost: 1.1 },
        note: 'write_bytes of /proc/<pid>/io of all processes of the device, read every 50 ms',
      },
    ];
  } finally {
    await pushing.down();
  }
}

/** The same over 100 Mbit/s: gzipped once. */
export async function slowLink(): Promise<Measurement[]> {
  const pushing = await Pushing.up({ devices: 1, rate: '100mbit' });
  try {
    pushing.experiment('first', { 'main.py': 'print("first")\n' });
    const once = await pushing.push('first');
    const sizeBytes = await unpackedBytes(pushing, await pushing.baseRef());
    return [
      {
        what: `first delivery of ${base}, 100 Mbit/s, by its plain bytes over the link`,
        ...{ unit: 'x', ours: [once.seconds / overLink(sizeBytes, 100e6)], note: ours },
        target: { of: 'value', atMost: 0.6 },
      },
      { what: '... seconds', unit: 's', ours: [once.seconds] },
      { what: '... sent', unit: 'MB', ours: [once.sentBytes / 1e6] },
      { what: '... layers made ready on this machine besides', unit: 's', ours: [once.packingSeconds] },
    ];
  } finally {
    await pushing.down();
  }
}

/** To four devices at once, over 100 Mbit/s of this machine. */
export async function fourDevices(): Promise<Measurement[]> {
  const pushing = await Pushing.up({ devices: 4, uplink: '100mbit' });
  try {
    pushing.experiment('first', { 'main.py': 'print("first")\n' });
    const once = await pushing.push('first');
    return [
      {
        what: `first delivery of ${base} to four devices over 100 Mbit/s of this machine, by the gzipped bytes over the link`,
        ...{ unit: 'x', ours: [once.seconds / overLink(once.sentBytes, 100e6)], note: ours },
        target: { of: 'value', atMost: 1.1 },
      },
      { what: '... seconds', unit: 's', ours: [once.seconds] },
      {
        what: '... least by most that a device had when half of all was sent',
        ...{ unit: 'x', ours: [evenness(once)] },
        target: { of: 'value', atLeast: 0.5 },
      },
      { what: '... layers made ready on this machine besides', unit: 's', ours: [once.packingSeconds] },
    ];
  } finally {
    await pushing.down();
  }
}

const overLink = (bytes: number, bitsPerS: number) => (bytes * bitsPerByte) / bitsPerS;

async function unpackedBytes({ lab, open }: Pushing, ref: string): Promise<number> {
  const device = open[0]?.connected.device.name ?? '';
  const { stdout } = await lab.onDevice(device, 'docker', 'image', 'inspect', '-f', '{{.Size}}', ref);
  return Number(stdout);
}

function evenness({ progress, sentBytes }: PushTimes): number {
  const had = new Map<string, number>();
  for (const { device, sentBytes: bytes } of progress) {
    had.set(device, bytes);
    if ([...had.values()].reduce((sum, one) => sum + one, 0) >= sentBytes / 2) break;
  }
  return had.size < 4 ? 0 : Math.min(...had.values()) / Math.max(...had.values());
}
