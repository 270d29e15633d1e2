import { CollabError, ExitCode } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import {
  type ConnectedDevice,
  hasRsync,
  readLocalTree,
  type Shell,
  syncDevice,
} from '../../network/index.js';
import { programText } from '../../package-folder.js';
import type { DataEvent } from './events.js';
import { deviceContent } from './folder-hash.js';
import type { DataContext, PlacedData } from './plan-data.js';

export interface SendContext extends DataContext {
  knownHostsPath: string;
  emit: Emit<DataEvent>;
  clock: Clock;
}

/** Kept free on a device beyond the data itself. */
const reserveBytes = 50e6;

/** Sends missing data, to all devices in parallel. A folder gets its final name after its hash was verified. */
export async function sendData(plan: readonly PlacedData[], context: SendContext): Promise<void> {
  const devices = [...new Set(plan.map(({ device }) => device))];
  const ends = await Promise.allSettled(
    devices.map(async (device) => {
      const own = new Map(
        plan.filter((data) => data.device === device).map((data) => [data.deviceFolder, data]),
      );
      for (const data of own.values()) await bring(data, context);
    }),
  );
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason as Error;
}

async function bring(data: PlacedData, context: SendContext): Promise<void> {
  const { device, name, path, hash, sizeBytes, files } = data;
  const { emit, clock } = context;
  context.signal?.throwIfAborted();
  if (data.present || data.localFolder === null) {
    emit({ kind: 'data.present', device, name, path, hash, size_bytes: sizeBytes });
    return;
  }
  const startedMs = clock.now().getTime();
  emit({ kind: 'data.sending', device, name, path, files, total_bytes: sizeBytes });
  const sentBytes = await send(data, data.localFolder, context);
  const seconds = (clock.now().getTime() - startedMs) / 1000;
  emit({ kind: 'data.sent', device, name, hash, sent_bytes: sentBytes, seconds });
}

/** Continues a transfer that was cut: its files are in the `.part` folder. @returns the bytes that were sent */
async function send(data: PlacedData, localFolder: string, context: SendContext): Promise<number> {
  const { device, name, hash, deviceFolder } = data;
  const { connected: connectedTo, clock, knownHostsPath, emit, signal } = context;
  const connected = connectedTo(device);
  const unfinished = `${deviceFolder}.part`;
  await roomFor(data, connected, unfinished);
  const source = { folder: localFolder, roots: ['.'] };
  const { plan } = await syncDevice(connected, {
    source,
    tree: await readLocalTree(source),
    to: unfinished,
    remove: true,
    dryRun: false,
    rsyncHere: await hasRsync(),
    knownHostsPath,
    clock,
    signal,
    emit: (event) => {
      if (event.kind !== 'sync.progress') return;
      const { sent_bytes, total_bytes } = event;
      emit({ kind: 'data.progress', device, name, sent_bytes, total_bytes });
    },
  });
  const arrived = await deviceContent(connected.device, connected.shell, unfinished, null, signal);
  if (arrived?.hash !== hash) throw notWhole(data);
  await connected.shell.remove(deviceFolder);
  await rename(connected.shell, unfinished, deviceFolder, data);
  return plan.totalBytes;
}

async function rename(shell: Shell, from: string, to: string, data: PlacedData): Promise<void> {
  const { code } = await shell.exec(['mv', '--', from, to]);
  if (code !== 0) throw notWhole(data);
}

/** @throws CollabError `device-full` before anything is sent */
async function roomFor(data: PlacedData, connected: ConnectedDevice, unfinished: string): Promise<void> {
  const script = programText('deployment/data/disk-use.sh');
  const { stdout } = await connected.shell.exec(['sh', '-c', script, 'sh', unfinished]);
  const [disk = '', used = ''] = stdout.split('\n');
  const freeBytes = Number(disk.trim().split(/\s+/).at(-3) ?? NaN) * 1024;
  const wantedBytes = data.sizeBytes - Number(used.split(/\s/)[0] ?? 0) * 1024 + reserveBytes;
  if (!(freeBytes < wantedBytes)) return;
  const mb = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new CollabError('device-full', {
    what: `The data "${data.name}" does not fit on ${data.device}.`,
    why: `It needs ${mb(wantedBytes)}, and ${mb(freeBytes)} are free in the home folder of its login.`,
    next: `Free space on ${data.device}: collab images prune --only ${data.device}; add --data to remove data of earlier runs.`,
    exitCode: ExitCode.deviceUnreachable,
  });
}

function notWhole({ name, device, hash }: PlacedData): CollabError {
  return new CollabError('data-not-whole', {
    what: `The data "${name}" did not arrive complete on ${device}.`,
    why: `What arrived does not have the hash ${hash.slice(0, 12)}: files changed here during the transfer, or someone else writes there.`,
    next: 'Run again: what has arrived is not sent twice.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
