import type { BenchLab } from '../bench-lab.js';
import { collab } from '../door.js';
import type { Measurement } from '../measurement.js';

const warmUps = 20;
const trips = 200;

/** Round trips over one open connection: running a command, and reading a file. */
export async function roundTrip(lab: BenchLab): Promise<Measurement[]> {
  const workspace = new collab.Workspace(lab.folder);
  const devices = lab.lan.devices.slice(0, 1);
  const [answer] = await collab.connectDevices(devices, { lan: lab.lan, workspace, emit: () => undefined });
  if (answer === undefined || !('connected' in answer)) throw answer?.error;
  const { shell } = answer.connected;
  try {
    const target = { of: 'value' as const, atMost: 5 };
    return [
      {
        what: 'run a command on an open connection',
        unit: 'ms',
        ours: await take(() => shell.exec(['true'])),
        target,
      },
      {
        what: 'read a file on an open connection',
        unit: 'ms',
        ours: await take(() => shell.read('/proc/uptime')),
        target,
      },
    ];
  } finally {
    await answer.connected.close();
  }
}

async function take(trip: () => Promise<unknown>): Promise<number[]> {
  for (let count = 0; count < warmUps; count += 1) await trip();
  const tookMs: number[] = [];
  for (let count = 0; count < trips; count += 1) {
    const startedMs = performance.now();
    await trip();
    tookMs.push(performance.now() - startedMs);
  }
  return tookMs;
}
