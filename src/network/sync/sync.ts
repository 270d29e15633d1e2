import { basename } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import type { Workspace } from '../../workspace/index.js';
import { type Answer, type DeviceFailure, type FindAgainEvent, onEachDevice } from '../connect/index.js';
import type { Device, LAN } from '../lan/index.js';
import { Semaphore } from '../ssh/index.js';
import { destination } from './destination.js';
import type { SyncEvent } from './events.js';
import { readLocalTree } from './local-tree.js';
import { hasRsync } from './rsync.js';
import { syncDevice, type DeviceSync, type DeviceSynced } from './sync-device.js';
import type { SyncSource } from './tree.js';

export interface SyncRequest {
  workspace: Workspace;
  lan: LAN;
  /** The devices of the LAN to update. */
  devices: readonly Device[];
  /** The folder to send; null for the code of the workspace. */
  folder: string | null;
  /** Folder on the devices, absolute or relative to the login's home; default `collab/<name of the folder>`. */
  to?: string | undefined;
  /** Remove entries that exist on the device only. */
  remove: boolean;
  dryRun: boolean;
  emit: Emit<SyncEvent | FindAgainEvent>;
  clock: Clock;
  signal?: AbortSignal;
}

const devicesAtOnce = 8;

/** What to send: the code folders of a workspace, or all of any other folder. */
export function sourceOf(workspace: Workspace, folder: string | null): SyncSource {
  return folder === null || folder === workspace.root
    ? { folder: workspace.root, roots: ['TestCases', 'base-images'] }
    : { folder, roots: ['.'] };
}

/**
 * Sends the differences of a folder to devices. A failed device is reported together with the others.
 * @throws CollabError `no-folder`, `sync-links`, `sync-name` or `sync-destination`, before any device is contacted.
 */
export async function syncDevices(
  request: SyncRequest,
): Promise<{ done: DeviceSynced[]; failures: DeviceFailure[] }> {
  const { workspace, devices, emit, clock, signal, remove, dryRun } = request;
  const source = sourceOf(workspace, request.folder);
  const to = destination(request.to ?? `collab/${basename(source.folder)}`);
  const [tree, rsyncHere] = await Promise.all([readLocalTree(source), hasRsync()]);
  if (tree.notSent.length > 0) emit({ kind: 'sync.not-sent', paths: tree.notSent });
  const knownHostsPath = workspace.knownHostsOf(request.lan.name);
  const sync = { source, tree, to, remove, dryRun, rsyncHere, knownHostsPath, emit, clock, signal };
  const semaphore = new Semaphore(devicesAtOnce);
  const reach = { ...request, ...(signal && { signal }) };
  const results = await onEachDevice(devices, reach, async (answer) => {
    const release = await semaphore.acquire();
    try {
      return await syncAnswer(answer, sync);
    } finally {
      release();
    }
  });
  signal?.throwIfAborted();
  return {
    done: results.filter((result) => 'plan' in result),
    failures: results.filter((result) => 'error' in result),
  };
}

async function syncAnswer(answer: Answer, sync: DeviceSync): Promise<DeviceSynced | DeviceFailure> {
  const device = answer.device.name;
  try {
    if ('error' in answer) throw answer.error;
    await using connected = answer.connected;
    return await syncDevice(connected, sync);
  } catch (thrown) {
    const error = failureOf(device, thrown);
    sync.emit({ kind: 'sync.failed', device, error: error.name, what: error.what });
    return { device, error };
  }
}

function failureOf(device: string, thrown: unknown): CollabError {
  if (thrown instanceof CollabError) return thrown;
  return new CollabError('sync-failed', {
    what: `${device} could not be updated.`,
    why: messageOf(thrown),
    next: 'Sync again; transferred files are kept. Use --debug for details.',
    exitCode: ExitCode.internal,
    cause: thrown,
  });
}
