import type { Measurement } from '../measurement.js';
import { say, type BenchOptions } from '../run-bench.js';
import { oneFile } from './one-file.js';
import { base, Pushing, type PushTimes } from './pushing.js';
import { Written } from './written.js';

const bitsPerByte = 8;
const saveLoad = 'docker save | ssh docker load';
const ours = `${base} and a small script, to an empty device over a connection that is open`;

/** First delivery over 1 Gbit/s, compared with save-and-load of the same base. */
export async function oneDevice(_: null, { repeats }: BenchOptions): Promise<Measurement[]> {
  const pushing = await Pushing.up({ devices: 1, rate: '1gbit' });
  try {
    pushing.experiment('first', { 'main.py': 'print("first")\n' });
    const device = pushing.lab.lan.devices[0]?.name ?? '';
    const pushes: PushTimes[] = [];
    const [loads, imports, written, writtenByLoad]: number[][] = [[], [], [], []];
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
      await pushing.empty();
      imports?.push(await pushing.importAlone(ref));
      const [push, load, alone] = [pushes.at(-1)?.seconds, loads?.at(-1), imports?.at(-1)];
      say(
        `   ${repeat}/${repeats}: ${seconds(push)}, save-and-load ${seconds(load)}, import alone ${seconds(alone)}`,
      );
    }
    const blobs = await oneFile(pushing, repeats);
    const took = pushes.map((one) => one.seconds);
    return [
      {
        what: `first delivery of ${base}, 1 Gbit/s, one device`,
        unit: 's',
        ours: took,
        peer: { name: saveLoad, values: loads ?? [] },
        note: ours,
        target: { of: 'ratio', atMost: 0.55 },
      },
      {
        what: '... by its bytes over the link',
        unit: 'x',
        ours: pushes.map((one) => one.seconds / overLink(one.sentBytes, 1e9)),
        target: { of: 'value', atMost: 1.15 },
      },
      {
        what: '... by what the engine takes past the link',
        unit: 's',
        ours: took,
        peer: { name: 'docker import of the tar, no link', values: imports ?? [] },
        note: 'where this is longer than the bytes over the link, the engine of the device is the limit, not the link',
      },
      {
        what: '... a base of one file of 500 MB instead, by its bytes over the link',
        unit: 'x',
        ours: blobs.map((one) => one.seconds / overLink(one.sentBytes, 1e9)),
        target: { of: 'value', atMost: 1.15 },
      },
      {
        what: '... written by the device, by the size of the image',
        unit: 'x',
        ours: written ?? [],
        peer: { name: saveLoad, values: writtenByLoad ?? [] },
        target: { of: 'value', atMost: 1.1 },
        note: 'write_bytes of /proc/<pid>/io of all processes of the device, read every 50 ms',
      },
    ];
  } finally {
    await pushing.down();
  }
}

/** The same over 100 Mbit/s: gzipped while sending, then again from the cache. */
export async function slowLink(): Promise<Measurement[]> {
  const pushing = await Pushing.up({ devices: 1, rate: '100mbit' });
  try {
    pushing.experiment('first', { 'main.py': 'print("first")\n' });
    await pushing.forgetGzipped();
    const first = await pushing.push('first');
    const ref = await pushing.baseRef();
    const sizeBytes = await unpackedBytes(pushing, ref);
    say(`   gzipped meanwhile: ${first.seconds.toFixed(1)} s`);
    await pushing.empty();
    const again = await pushing.push('first');
    say(`   gzipped before: ${again.seconds.toFixed(1)} s`);
    await pushing.empty();
    const load = await pushing.saveAndLoad(ref);
    const byLink = ({ seconds }: PushTimes) => [seconds / overLink(sizeBytes, 100e6)];
    const target = { of: 'value', atMost: 0.6 } as const;
    const common = { peer: { name: saveLoad, values: [load / overLink(sizeBytes, 100e6)] } };
    const what = `first delivery of ${base}, 100 Mbit/s, by its plain bytes over the link`;
    return [
      { what: `${what}, gzipped meanwhile`, unit: 'x', ours: byLink(first), ...common, target, note: ours },
      { what: '... gzipped before', unit: 'x', ours: byLink(again), ...common, target },
      { what: '... seconds', unit: 's', ours: [again.seconds], peer: { name: saveLoad, values: [load] } },
      { what: '... sent', unit: 'MB', ours: [again.sentBytes / 1e6] },
      { what: '... gzipping, while sending', unit: 's', ours: [first.gzipSeconds] },
    ];
  } finally {
    await pushing.down();
  }
}

/** To four devices at the same time, over a 100 Mbit/s uplink. */
export async function fourDevices(): Promise<Measurement[]> {
  const pushing = await Pushing.up({ devices: 4, uplink: '100mbit' });
  try {
    pushing.experiment('first', { 'main.py': 'print("first")\n' });
    await pushing.forgetGzipped();
    const once = await pushing.push('first');
    return [
      {
        what: `first delivery of ${base} to four devices over 100 Mbit/s of this machine, by the gzipped bytes over the link`,
        unit: 'x',
        ours: [once.seconds / overLink(once.sentBytes, 100e6)],
        note: ours,
        target: { of: 'value', atMost: 1.1 },
      },
      { what: '... seconds', unit: 's', ours: [once.seconds] },
      {
        what: '... least by most that a device had when half of all was sent',
        unit: 'x',
        ours: [evenness(once)],
        target: { of: 'value', atLeast: 0.5 },
      },
      { what: '... gzipping, while sending', unit: 's', ours: [once.gzipSeconds] },
    ];
  } finally {
    await pushing.down();
  }
}

const seconds = (value = NaN) => `${value.toFixed(1)} s`;

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
