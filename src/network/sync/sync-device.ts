import type { Clock, Emit } from '../../events.js';
import type { ConnectedDevice } from '../lan/index.js';
import { sameContents } from './content.js';
import { DeviceFolder } from './device-folder.js';
import type { SyncEvent, SyncWay } from './events.js';
import type { LocalTree } from './local-tree.js';
import { filesToCompare, planSync, type SyncPlan } from './plan.js';
import { readRemoteTree, type RemoteTree } from './remote-tree.js';
import { usableRsync } from './rsync-arguments.js';
import { deviceNotTrusted, RsyncFailed, sendByRsync } from './rsync.js';
import { refuseWide } from './destination.js';
import { sendBySftp } from './sftp.js';
import type { SyncSource } from './tree.js';

export interface DeviceSync {
  source: SyncSource;
  tree: LocalTree;
  /** Folder on the device: absolute, or relative to the login's home. */
  to: string;
  remove: boolean;
  dryRun: boolean;
  /** Whether this machine has rsync. */
  rsyncHere: boolean;
  knownHostsPath: string;
  emit: Emit<SyncEvent>;
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/** The changes that were made on a device, or that would be made with `dryRun`. */
export interface DeviceSynced {
  device: string;
  to: string;
  way: SyncWay;
  plan: SyncPlan;
  seconds: number;
}

/** The roots are passed on a command line, whose length is limited. */
const maxRoots = 200;

/** Compares the folder on a device with the local one, and makes it equal. */
export async function syncDevice(connected: ConnectedDevice, sync: DeviceSync): Promise<DeviceSynced> {
  const { shell, device } = connected;
  const { source, tree, emit, clock, signal } = sync;
  const startedMs = clock.now().getTime();
  if (sync.remove) refuseWide(sync.to, device.facts.user.home);
  const remote = await readRemoteTree(shell, sync.to, remoteRoots(sync), signal);
  if (sync.remove) refuseWide(remote.folder, remote.home);
  const paths = filesToCompare(tree.entries, remote.entries);
  const same = await sameContents(shell, source.folder, remote.folder, paths, signal);
  const plan = planSync(tree.entries, remote.entries, same, sync);
  const way = sync.rsyncHere && usableRsync(remote.rsync) ? 'rsync' : 'sftp';
  const files = plan.steps.filter((step) => step.kind === 'file').length;
  const about = { device: device.name, to: remote.folder };
  const removals = plan.steps.filter((step) => step.kind === 'remove').length;
  emit({ kind: 'sync.planned', ...about, way, files, total_bytes: plan.totalBytes, removals });
  const seconds = () => (clock.now().getTime() - startedMs) / 1000;
  if (sync.dryRun) return { ...about, way, plan, seconds: seconds() };
  const used = await apply(connected, remote, plan, way, sync);
  emit({ kind: 'sync.done', ...about, files, total_bytes: plan.totalBytes, seconds: seconds() });
  return { ...about, way: used, plan, seconds: seconds() };
}

/** The folders to list on the device: only the local names, unless other entries are to be removed. */
function remoteRoots({ source: { roots }, tree, remove }: DeviceSync): readonly string[] {
  const tops = [...new Set(tree.entries.map(({ path }) => `./${path.split('/', 1)[0] ?? ''}`))];
  return remove || tops.length > maxRoots ? roots : tops;
}

async function apply(
  { shell, device }: ConnectedDevice,
  remote: RemoteTree,
  plan: SyncPlan,
  way: SyncWay,
  { source, emit, signal, knownHostsPath }: DeviceSync,
): Promise<SyncWay> {
  if (plan.steps.length === 0 && remote.exists) return way;
  const folder = new DeviceFolder(shell, remote.folder, signal);
  const gone = (inTheWay: boolean) =>
    plan.steps.flatMap((step) => (step.kind === 'remove' && step.inTheWay === inTheWay ? [step.path] : []));
  let sentBytes = 0;
  const sent = (bytes: number) => {
    sentBytes += bytes;
    emit({ kind: 'sync.progress', device: device.name, sent_bytes: sentBytes, total_bytes: plan.totalBytes });
  };
  const send = { from: source.folder, plan, sent, signal };
  let used = way;
  await folder.make();
  await folder.remove(gone(true));
  if (way === 'rsync') {
    try {
      await sendByRsync(
        { login: device.login, knownHostsPath, from: source.folder, to: remote.folder },
        send,
      );
    } catch (error) {
      if (!(error instanceof RsyncFailed)) throw error;
      if (error.refused) throw deviceNotTrusted(device.name, error);
      emit({ kind: 'sync.rsync-left', device: device.name, reason: error.message });
      sentBytes = 0;
      used = 'sftp';
    }
  }
  if (used === 'sftp') await sendBySftp(shell, folder, send);
  await folder.attributes(plan.steps);
  await folder.remove(gone(false));
  return used;
}
